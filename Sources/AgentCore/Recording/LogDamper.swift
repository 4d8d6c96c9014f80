import Values

/// Keeps a state that changes all the time from flooding the log: a few changes are written, then
/// one a minute, with how many were not. The last change is always written in the end.
package struct LogDamper: Sendable {
    package struct Line: Sendable {
        package var event: AgentEvent
        /// Changes since the line before that were not written.
        package var suppressed: Int
    }

    /// Lines that may be written now; one more comes with each beat, up to the burst. (Values'
    /// TokenBucket would bring floating-point durations, and libm, into the shipped agent.)
    private var credit = AgentLimits.logBurst
    private var refill: Beat
    private var suppressed = 0
    private var pending: AgentEvent?

    package init(now: Instant) {
        refill = Beat(interval: AgentLimits.logInterval, first: now + AgentLimits.logInterval)
    }

    /// The line to write for this change, or `nil` when it waits.
    package mutating func take(_ event: AgentEvent, now: Instant) -> Line? {
        if pending != nil { suppressed += 1 }
        pending = event
        return due(now: now)
    }

    /// The line that waited and may be written now.
    package mutating func due(now: Instant) -> Line? {
        if refill.take(now: now) { credit = min(credit + 1, AgentLimits.logBurst) }
        guard let event = pending, credit > 0 else { return nil }
        credit -= 1
        let line = Line(event: event, suppressed: suppressed)
        pending = nil
        suppressed = 0
        return line
    }
}
