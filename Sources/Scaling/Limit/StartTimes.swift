import Values

/// How long tasks take to start, from the desired count's change to the first request served; and
/// whether what was ordered comes.
///
/// Starts fail when nothing of what was ordered came within the timeout. The measure is the order,
/// not the desired count: a task that went and was not replaced says nothing about an order. For
/// example, with a timeout of 300 s and an order at 0 s of which nothing comes, raises wait from
/// 300 s to 600 s. Then one raise may be tried, and if nothing comes of it the next one may at 900
/// s. The first task that comes ends this.
struct StartTimes: Sendable {
    private struct Order: Sendable {
        let at: Instant
        var tasks: Int
    }

    /// Before anything is measured: a task takes 20 to 70 s.
    private static let assumedSeconds = 60.0
    private static let samplesMax = 64
    private static let quantile = 0.85
    /// An order this many times older than tasks take belongs to a task that never reports, when a
    /// younger one explains what started.
    private static let overdueFactor = 2.0

    private let timeout: Duration
    private var orders: [Order] = []
    private var samples = [Double](repeating: assumedSeconds, count: 4)
    private var next = 0
    /// The 85th percentile: too long is cheap, too short is not.
    private(set) var leadSeconds = assumedSeconds

    /// The first order since anything came; `nil` while nothing is waited for.
    private var unansweredSince: Instant?
    /// The least that ran since that order.
    private var leastRunning = 0
    /// The last raise that was tried although starts fail.
    private var probedAt: Instant?

    init(timeout: Duration) {
        self.timeout = timeout
    }

    mutating func desiredChanged(by change: Int, running: Int, now: Instant) {
        if change > 0 {
            orders.append(Order(at: now, tasks: change))
            if orders.count > Limits.ordersMax { orders.removeFirst() }
            noteOrder(running: running, now: now)
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

    private mutating func noteOrder(running: Int, now: Instant) {
        guard let since = unansweredSince else {
            unansweredSince = now
            leastRunning = running
            probedAt = nil
            return
        }
        if now - since > timeout { probedAt = now }
    }

    /// Tasks served their first request.
    mutating func started(_ tasks: Int, now: Instant) {
        if tasks > 0 { unansweredSince = nil }
        var left = tasks
        while left > 0, let index = answeredOrder(now: now) {
            let seconds = (now - orders[index].at).inSeconds
            let met = min(left, orders[index].tasks)
            for _ in 0..<min(met, Self.samplesMax) { note(seconds) }
            left -= met
            if met == orders[index].tasks {
                orders.remove(at: index)
            } else {
                orders[index].tasks -= met
            }
        }
    }

    /// The order that what starts now belongs to: the oldest that is not overdue.
    private func answeredOrder(now: Instant) -> Int? {
        guard !orders.isEmpty else { return nil }
        let overdue = Self.overdueFactor * leadSeconds
        return orders.firstIndex { (now - $0.at).inSeconds <= overdue } ?? 0
    }

    /// The newest measured times, in seconds, in no order; the first ones are assumed.
    var remembered: [Double] { samples }

    /// Times that were measured before a restart.
    mutating func restore(_ seconds: [Double]) {
        for value in seconds where value.isFinite { note(value) }
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
            unansweredSince = nil
            // Those that never reported, never will.
            orders.removeAll { (now - $0.at).inSeconds > Limits.leadSecondsMax }
        } else if unansweredSince != nil {
            if running > leastRunning { unansweredSince = nil }
            leastRunning = min(leastRunning, running)
        }
    }

    /// Since when nothing of what was ordered came, where that is longer than the timeout.
    func failingSince(now: Instant) -> Instant? {
        guard let unansweredSince, now - unansweredSince >= timeout else { return nil }
        return unansweredSince
    }

    /// Whether a raise waits for what was ordered before.
    func holdsRaise(now: Instant) -> Bool {
        guard let since = failingSince(now: now) else { return false }
        return now - (probedAt ?? since + timeout) < timeout
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try archive.list(&samples, most: Self.samplesMax)
        try archive.field(&next)
        try archive.field(&leadSeconds)
        guard (1...Limits.leadSecondsMax).contains(leadSeconds), next >= 0, !samples.isEmpty else {
            throw .damaged
        }
    }
}
