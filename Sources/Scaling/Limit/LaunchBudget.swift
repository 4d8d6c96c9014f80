import Values

/// How many tasks the account may launch now: a bucket that refills.
struct LaunchBudget: Sendable {
    private let rate: LaunchRate
    private var tokens: Double
    private var at: Instant

    init(_ rate: LaunchRate, now: Instant) {
        self.rate = rate
        tokens = Double(rate.burst)
        at = now
    }

    func allowance(now: Instant) -> Int {
        Int(refilled(now: now) + 1e-6)
    }

    mutating func take(_ tasks: Int, now: Instant) {
        tokens = max(0, refilled(now: now) - Double(tasks))
        at = now
    }

    private func refilled(now: Instant) -> Double {
        min(Double(rate.burst), tokens + (now - at).inSeconds * rate.perSecond)
    }
}
