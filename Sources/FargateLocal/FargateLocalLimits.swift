/// Every limit of this target.
package enum FargateLocalLimits {
    /// More tasks than this are not placed; each is four processes.
    package static let tasksMax = 64
    /// ECS's own limit on a service.
    static let desiredCountMax = 5000
    /// Request bodies of ECS and SNS.
    static let bodyBytesMax = 512 * 1024
    /// Calls and messages that are kept; older ones go.
    static let recordsKeptMax = 20_000
    /// Stopped tasks that are still described, as ECS does for an hour.
    static let stoppedTasksKeptMax = 200
    static let servicesPerDescribeMax = 10
    static let tasksPerDescribeMax = 100
    static let messageBytesMax = 256 * 1024
    static let subjectCharactersMax = 100
    /// Answers of the status pages and probes that are read.
    static let probeBytesMax = 64 * 1024
    /// How long a task's nginx may take to answer before the task counts as failed.
    static let startTimeout = Duration.seconds(15)
    /// A service whose tasks fail waits this long times the failures in a row, up to ten.
    static let failureBackoff = Duration.milliseconds(500)
    static let failuresCountedMax = 10
    /// What the supervisor looks at its tasks by, when nothing rings.
    static let tickMs: Int32 = 20
    /// Ports are taken below the ephemeral ones, which clients occupy at random.
    static let portLowest: UInt16 = 10_000
    static let portHighest: UInt16 = 31_999
}
