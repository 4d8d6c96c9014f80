/// Where a task stands in its life, as its agent reports it.
package enum TaskState: Sendable {
    /// The task has neither served a request nor given a sample yet.
    case starting
    /// The task serves.
    case running
    /// ECS takes the task out of service (DEACTIVATING, or its desired status is STOPPED), while it
    /// still serves and reports: its load counts, its capacity does not last.
    case draining
    /// The farewell of a task that got its stop signal: the aggregator forgets it at once.
    case stopping
    /// `agent probe` asks whether a report would be accepted: it does not count as load.
    case probe
}
