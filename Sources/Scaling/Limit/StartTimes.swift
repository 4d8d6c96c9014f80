import Values

/// How long tasks take to start, from the desired count's change to the first report; and whether
/// they still do.
struct StartTimes: Sendable {
    private struct Order: Sendable {
        let at: Instant
        var tasks: Int
    }

    /// Before anything is measured: a task takes 20 to 70 s.
    private static let assumedSeconds = 60.0
    private static let samplesMax = 64
    private static let quantile = 0.85

    private var orders: [Order] = []
    private var samples = [Double](repeating: assumedSeconds, count: 4)
    private var next = 0
    /// The 85th percentile: too long is cheap, too short is not.
    private(set) var leadSeconds = assumedSeconds

    /// The most tasks seen since all that were asked for ran, and when that grew last.
    private var mostRunning = 0
    private var progressAt: Instant?

    mutating func desiredChanged(by change: Int, now: Instant) {
        if change > 0 {
            orders.append(Order(at: now, tasks: change))
            if orders.count > Limits.ordersMax { orders.removeFirst() }
        }
        var left = max(0, -change)
        while left > 0, let last = orders.last {
            let cancelled = min(left, last.tasks)
            left -= cancelled
            if cancelled == last.tasks {
                orders.removeLast()
            } else {
                orders[orders.count - 1].tasks -= cancelled
            }
        }
    }

    /// Tasks reported for the first time.
    mutating func started(_ tasks: Int, now: Instant) {
        var left = tasks
        while left > 0, let first = orders.first {
            let seconds = (now - first.at).inSeconds
            let met = min(left, first.tasks)
            for _ in 0..<min(met, Self.samplesMax) { note(seconds) }
            left -= met
            if met == first.tasks { orders.removeFirst() } else { orders[0].tasks -= met }
        }
    }

    private mutating func note(_ seconds: Double) {
        let bounded = min(Limits.leadSecondsMax, max(1, seconds))
        if samples.count < Self.samplesMax {
            samples.append(bounded)
        } else {
            samples[next % Self.samplesMax] = bounded
            next += 1
        }
        let sorted = samples.sorted()
        leadSeconds = sorted[Int(Double(sorted.count - 1) * Self.quantile)]
    }

    /// What runs now, of what is desired.
    mutating func running(_ running: Int, desired: Int, now: Instant) {
        if running >= desired {
            mostRunning = running
            progressAt = now
            // Those that never reported, never will.
            orders.removeAll { (now - $0.at).inSeconds > Limits.leadSecondsMax }
        } else if running > mostRunning || progressAt == nil {
            mostRunning = running
            progressAt = now
        }
    }

    /// Whether tasks that were asked for do not come.
    func areFailing(running: Int, desired: Int, timeout: Duration, now: Instant) -> Bool {
        guard running < desired, let progressAt else { return false }
        return now - progressAt > timeout
    }
}
