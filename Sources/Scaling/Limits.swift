/// Every limit of this target.
package enum Limits {
    /// ECS runs at most 5,000 tasks in a service; tasks that end linger a while beside them.
    package static let tasksMax = 5_000
    package static let taskRecordsMax = 10_000
    /// How many tasks that drained are remembered, so that a late report does not revive them.
    package static let drainedMax = 10_000
    /// Reports that may be lost between two that arrive; an agent sends one or a few a second.
    package static let sequenceJumpMax: UInt64 = 1_000_000
    package static let drainedFor = Duration.seconds(600)
    /// How many tasks are looked at to find one whose place a new one may take.
    static let evictionSearchMax = 64
    package static let targetMax = 1_000_000.0
    package static let targetMetricsMax = 4
    package static let stepsMax = 20
    package static let schedulesMax = 50
    package static let cautionMin = 2.0
    package static let cautionMax = 150.0
    package static let headroomPercentMax = 900.0
    package static let cooldownMax = Duration.seconds(3_600)
    package static let stabilizationMax = Duration.seconds(3_600)
    package static let staleAfterMin = Duration.seconds(1)
    package static let staleAfterMax = Duration.seconds(300)
    package static let forgetAfterMax = Duration.seconds(3_600)
    package static let periodMin = Duration.seconds(1)
    package static let periodMax = Duration.seconds(1_800)
    package static let startTimeoutMin = Duration.seconds(60)
    package static let startTimeoutMax = Duration.seconds(3_600)
    /// Raises that are remembered until their tasks report.
    static let ordersMax = 1_000
    static let leadSecondsMax = 600.0
    /// What a scaler learnt, as bytes; and its age, from which on it says little of today.
    package static let knowledgeBytesMax = 256 << 10
    package static let knowledgeDaysMax = 14
    package static let scheduleDurationMin = Duration.seconds(60)
    package static let scheduleDurationMax = Duration.seconds(7 * 86_400)
    /// A zone's clock is set back by at most so much.
    static let clockChangeMax = Duration.seconds(3 * 3_600)
    package static let zoneTransitionsMax = 2_000
    /// What has no connection for so long is taken for leaked.
    static let leakAfterMs = 120_000
    /// A task heard for less counts only where ECS's counts have room for it: an agent reports each
    /// second, an invented task once.
    static let newcomerFor = Duration.milliseconds(900)
    /// More requests at once, or a second, is more than a task can have, whatever its target.
    static let taskBusyMax: Int64 = 100_000
    static let taskRateMax: Int64 = 200_000
    /// Statistics jitter; more than this of its own limit no task uses.
    static let usagePercentMax: Int64 = 200
    /// A saturated task with so much of its CPU in use is short of CPU.
    static let fullCPUPercent: Int64 = 90
    /// A smaller share of the tasks does not speak for all of what they use.
    static let usageShareMin = 0.25
    /// Connections a second that are accepted and dropped, from which on they are load.
    static let dropsPerSecondMin = 1.0
    /// Connections that nginx closed and the client has not, from which on those without a request
    /// count as turned away.
    static let turnedAwayMin = 8
    /// How long a client that found a full accept queue counts unless it does again: a kernel sends
    /// its SYN after 1, 2 and 4 s.
    static let shutOutMs = 4000.0
    /// It tries once in so short a window, and so often in a second: 333 losses of 144 clients were
    /// measured in one.
    static let oneTryMs = 500.0
    static let triesASecond = 2.0
    /// How long what a task told of its CPU and memory holds while its windows tell none.
    static let usageKeptMs = 5_000
}
