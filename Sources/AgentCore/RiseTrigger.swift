import Telemetry
import Values

/// Says when busy has risen so much since the last push that it must be told at once.
///
/// Only a rise: the aggregator scales in over minutes, so a fall can wait for the window's end.
package struct RiseTrigger: Sendable {
    private let riseMin: Int
    private let risePercent: Int
    private let floor: Duration
    /// The busy that the aggregator knows; `nil` before the first push.
    private var known: Double?
    private var lastAt: Instant?

    /// A rise is at least `riseMin` requests and `risePercent` of what is known; two rises are
    /// told at least `floor` apart, unless the second doubles what was told: a sample may meet a
    /// surge half way, and the few doublings up to any load cost little.
    package init(riseMin: Int, risePercent: Int, floor: Duration) {
        self.riseMin = riseMin
        self.risePercent = risePercent
        self.floor = floor
    }

    /// Whether this sample is to be told now; if so, the next only after the floor. The first
    /// sample of all is: the aggregator then knows the task as soon as it serves.
    package mutating func fires(busy: Int, now: Instant) -> Bool {
        guard let known else { return true }
        if let lastAt, now - lastAt < floor, Double(busy) < known * 2 { return false }
        let rise = Double(busy) - known
        guard rise >= Double(riseMin), rise * 100 >= known * Double(risePercent) else {
            return false
        }
        lastAt = now
        return true
    }

    /// A window was handed to the next report.
    package mutating func told(_ window: Window) {
        // Before a saturated nginx more may wait than it counts.
        let waiting =
            window.condition == .saturated
            ? max(window.witnesses?.acceptQueue ?? 0, window.witnesses?.unread ?? 0) : 0
        guard window.gauges != nil || waiting > 0 else { return }
        known = max(window.gauges?.busy.mean ?? 0, Double(waiting))
    }
}
