import Control
import Scaling
import Telemetry
import Values

/// A service at one moment.
package struct ServiceSnapshot: Sendable {
    package let configuration: ServiceConfiguration
    package let counts: ServiceCounts?
    package let isMissing: Bool
    package let decision: Decision?
    package let lastChange: ServiceChange?
    /// The last change before the aggregator started, when none came since.
    package let earlierChange: SavedChange?
    package let lastFailure: String?
    package let reports: ReportCounts
    package let changes: ChangeCounts
    package let overrides: [ServiceOverride]
    package let isDryRun: Bool
    /// What this aggregator is to the service: `alone`, `owner`, `former`, `second`.
    package let standing: Standing
    /// The worst that ECS lately said of the tasks' clocks; `nil` when no task reported one.
    package let clock: ClockDrift?
    /// How old the counts are.
    package let countsAge: Duration?
    /// What lasts and keeps it from being scaled as its load asks.
    package let holds: [ControlHold]
    package let holdNotices: [HoldNotice]

    init(_ configuration: ServiceConfiguration, _ state: ServiceController, now: Instant) {
        self.configuration = configuration
        counts = state.counts
        isMissing = state.isMissing
        decision = state.lastDecision
        lastChange = state.lastChange
        earlierChange = state.lastChange == nil ? state.earlierChange : nil
        lastFailure = state.lastFailure
        reports = state.reports
        changes = state.changes
        overrides = state.overrides.entries
        isDryRun = state.isDryRun
        standing = state.standing
        clock = state.clocks.worst
        countsAge = state.countsAge(now: now)
        holds = state.announcedHolds
        holdNotices = state.holdNotices(now: now)
    }
}
