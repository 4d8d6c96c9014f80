/// What an agent says of its task.
package enum TaskState: Sendable {
    /// The task serves.
    case running
    /// The task was told to stop: the aggregator forgets it at once.
    case draining
    /// `agent probe` asks whether a report would be taken: it does not count as load.
    case probe
}

/// One message from an agent to the aggregator; `ReportEncoder` gives its wire form.
package struct Report: Sendable {
    package var identity: TaskIdentity
    /// Drawn once when the agent starts, so that a restarted agent is told from a replayed report.
    package var bootID: UInt64
    /// Grows by one with each report of a boot; the first is 1. A report that is sent again after
    /// a failure keeps its number.
    package var sequence: UInt64
    package var state: TaskState
    /// Oldest first; several after an outage, none in a probe.
    package var windows: [Window]

    package init(
        identity: TaskIdentity, bootID: UInt64, sequence: UInt64, state: TaskState,
        windows: [Window]
    ) {
        self.identity = identity
        self.bootID = bootID
        self.sequence = sequence
        self.state = state
        self.windows = windows
    }
}

// Comparing texts brings Unicode's tables along, a sixth of the shipped agent, which compares none.
#if !hasFeature(Embedded)
extension Report: Equatable {}
#endif
