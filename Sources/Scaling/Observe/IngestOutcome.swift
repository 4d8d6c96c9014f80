/// What was done with a report.
package enum IngestOutcome: Equatable, Sendable {
    /// Its numbers count.
    case accepted
    /// This report was taken before.
    case duplicate
    /// A newer report of the task was taken before; the older one says nothing now.
    case reordered
    /// The task drains, now or since an earlier report: it is no longer counted.
    case forgotten
    /// A test report: valid, and not load.
    case probe
    /// `Limits.taskRecordsMax` tasks are known already.
    case tooManyTasks
    /// The sequence is more than `Limits.sequenceJumpMax` ahead: taken in, it would make old news
    /// of every report the agent sends after it.
    case sequenceJump
}
