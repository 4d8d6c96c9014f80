import Telemetry

/// Who the task is, and how ECS says it stands: what the metadata's documents, one after another,
/// make known. A value: documents and failures in, events for the log out.
package struct Introduction: Sendable {
    package private(set) var identity: TaskIdentity?
    package private(set) var clock: ClockDrift?
    /// ECS takes the task out of service; there is no way back.
    package private(set) var isDraining = false
    private var isMetadataDown = false
    private var isStatsDown = false

    package init() {}

    /// The newest document; the identity is that of the newest, since the first may lack the
    /// service.
    package mutating func learn(_ known: TaskMetadata) -> [AgentEvent] {
        var events: [AgentEvent] = []
        if isMetadataDown { events.append(.metadataUp) }
        isMetadataDown = false
        let wasSynchronized = clock?.isSynchronized ?? true
        clock = known.clock
        if let clock, clock.isSynchronized != wasSynchronized { events.append(.clock(clock)) }
        if identity == nil { events.append(.identityKnown(known.identity)) }
        identity = known.identity
        if known.isDraining && !isDraining {
            isDraining = true
            events.append(.taskDraining)
        }
        return events
    }

    package mutating func metadataFailed(_ reason: String) -> AgentEvent? {
        guard !isMetadataDown else { return nil }
        isMetadataDown = true
        return .metadataDown(reason: reason)
    }

    package mutating func statsFailed(_ reason: String) -> AgentEvent? {
        guard !isStatsDown else { return nil }
        isStatsDown = true
        return .statsDown(reason: reason)
    }

    package mutating func statsCame() -> AgentEvent? {
        guard isStatsDown else { return nil }
        isStatsDown = false
        return .statsUp
    }
}
