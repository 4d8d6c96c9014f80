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
    /// How long the last report may take before the agent exits without it.
    package static let farewellMax = Duration.milliseconds(700)
    /// How long an aggregator's address is believed: one that moved is found again within this.
    package static let nameLifetime = Duration.seconds(1)
    /// How often the metadata is asked again once it is known, for the clock's drift.
    package static let metadataInterval = Duration.seconds(60)
    /// How often the task's statistics are asked for: ECS has new ones about once a second.
    package static let statsInterval = Duration.seconds(1)
    package static let metadataTimeout = Duration.seconds(2)
    /// The longest sleep of the loop; nothing depends on it.
    package static let sleepMax = Duration.seconds(5)
}
