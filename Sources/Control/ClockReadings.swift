import Telemetry
import Values

/// The worst that ECS said of the clocks of a service's tasks in the last one to two periods,
/// without keeping anything of a task.
package struct ClockReadings: Sendable {
    private var current: ClockDrift?
    private var previous: ClockDrift?
    private var turnedAt: Instant?

    /// `nil` when no task told.
    package var worst: ClockDrift? {
        guard let current, let previous else { return current ?? previous }
        return Self.worst(current, previous)
    }

    mutating func note(_ clock: ClockDrift, now: Instant) {
        turn(now: now)
        current = current.map { Self.worst($0, clock) } ?? clock
    }

    /// Lets time pass.
    mutating func turn(now: Instant) {
        guard let turnedAt else {
            self.turnedAt = now
            return
        }
        let passed = now - turnedAt
        guard passed >= ControlLimits.clockPeriod else { return }
        previous = passed < ControlLimits.clockPeriod * 2 ? current : nil
        current = nil
        self.turnedAt = now
    }

    private static func worst(_ left: ClockDrift, _ right: ClockDrift) -> ClockDrift {
        ClockDrift(
            errorMs: max(left.errorMs, right.errorMs),
            isSynchronized: left.isSynchronized && right.isSynchronized)
    }
}
