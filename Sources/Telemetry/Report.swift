/// What ECS says of the task's clock.
package struct ClockDrift: Equatable, Sendable {
    /// The bound of its error, in milliseconds.
    package var errorMs: Double
    package var isSynchronized: Bool

    package init(errorMs: Double, isSynchronized: Bool) {
        self.errorMs = errorMs
        self.isSynchronized = isSynchronized
    }
}

/// One message from an agent to the aggregator; `ReportEncoder` gives its wire form.
package struct Report: Sendable {
    package var identity: TaskIdentity
    /// Drawn once when the agent starts, which sets a restarted agent apart from a replayed report.
    package var bootID: UInt64
    /// Grows by one with each report of a boot; the first is 1. A report that is sent again after
    /// a failure keeps its number.
    package var sequence: UInt64
    package var state: TaskState
    /// Oldest first; several after an outage, none in a probe.
    package var windows: [Window]
    /// `nil` when ECS does not say.
    package var clock: ClockDrift?

    package init(
        identity: TaskIdentity, bootID: UInt64, sequence: UInt64, state: TaskState,
        windows: [Window], clock: ClockDrift? = nil
    ) {
        self.identity = identity
        self.bootID = bootID
        self.sequence = sequence
        self.state = state
        self.windows = windows
        self.clock = clock
    }
}

// Comparing texts brings Unicode's tables along, a sixth of the shipped agent, which compares none.
#if !hasFeature(Embedded)
extension Report: Equatable {}
#endif
