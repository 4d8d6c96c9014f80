/// Every limit of the agent that is not a setting.
package enum AgentLimits {
    /// Windows held while the aggregator is away; beyond, the oldest merge.
    package static let windowsMax = 64
    /// The newest windows of these, which are never merged.
    package static let windowsWholeMax = 16
    /// nginx processes whose load is summed.
    package static let nginxMax = 8
    /// Redirects in a row before the agent begins again at its configured address.
    package static let redirectsMax = 4
    /// The longest text of an identity; an ARN has at most 2,048 bytes.
    package static let identityBytesMax = 2048
    package static let metadataBytesMax = 256 * 1024
    /// What is kept of an aggregator's answer: a reason is one line.
    package static let answerBytesMax = 4096
    package static let reasonBytesMax = 200
    package static let tokenBytesMax = 4096
    /// The longest that a Retry-After is obeyed.
    package static let retryAfterMax = Duration.seconds(300)
    /// The first wait after a failure, before jitter; it doubles up to the setting's maximum.
    package static let backoffFirst = Duration.milliseconds(100)
    /// How long the loop may hang before the agent ends itself; each wait in it is far shorter.
    package static let hangMax = Duration.seconds(30)
    /// How long the last report may take before the agent exits without it.
    package static let farewellMax = Duration.milliseconds(700)
    /// How long an aggregator's address is believed: one that moved is found again within this.
    package static let nameLifetime = Duration.seconds(1)
    /// How often the sockets in use are counted, at least: a surge shows there first.
    package static let glanceInterval = Duration.milliseconds(11)
    /// The same while a surge unfolds, so long after its last rise.
    package static let glanceFloor = Duration.milliseconds(3)
    package static let unfolding = Duration.milliseconds(50)
    /// How often the addresses of the aggregator's name are looked up.
    package static let lookupInterval = Duration.seconds(2)
    /// How often the metadata is asked again once it is known: whether ECS ends the task, the
    /// clock, what the first documents lack.
    package static let metadataInterval = Duration.seconds(5)
    /// After its first good sample a task counts as started, whether or not it has served a
    /// request.
    package static let startingMax = Duration.seconds(30)
    /// A wake-up later than this means that the agent itself had no CPU.
    package static let oversleepMin = Duration.milliseconds(250)
    /// Changes of one state that are logged at once; then one in an interval, with how many were
    /// not.
    package static let logBurst = 4
    package static let logInterval = Duration.seconds(60)
    /// How often the task's statistics are asked for: ECS has new ones about once a second.
    package static let statsInterval = Duration.seconds(1)
    /// How long a container that has no statistics counts as it last did.
    package static let statsHold = Duration.seconds(5)
    /// Containers whose statistics are taken; a task has at most 10 (ECS quotas).
    package static let containersMax = 32
    package static let metadataTimeout = Duration.seconds(2)
    /// What one read of the kernel's witnesses takes at once: more than a part of sock_diag's
    /// answer, which is as long as the longest read before, and twice `/proc/net/netstat`.
    package static let witnessBytesMax = 8192
    /// Listening sockets that are looked at; a task has a handful.
    package static let listenersMax = 64
    /// Parts of the kernel's answer in which these are looked for.
    package static let listenerPartsMax = 64
    /// Ports whose connections are counted: what the kernel's filter takes.
    package static let witnessPortsMax = 16
    /// Connections that one look counts, about 2 ms of processor: beyond, the next look goes on.
    package static let connectionsALookMax = 4096
    /// The same where they are read as text, at several times the cost.
    package static let connectionRowsALookMax = 1024
    /// Failures in a row until a source of witnesses is given up.
    package static let witnessFailuresMax = 3
    /// How long a link that fails is still up for `agent health`: one that fails now and then is.
    package static let linkPatience = Duration.seconds(3)
    /// The longest sleep of the loop; nothing depends on it.
    package static let sleepMax = Duration.seconds(5)
}
