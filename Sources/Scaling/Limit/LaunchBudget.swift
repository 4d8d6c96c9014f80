import Values

/// How many tasks the account may launch now: a bucket that refills.
struct LaunchBudget: Sendable {
    private var bucket: TokenBucket

    init(_ rate: LaunchRate, now: Instant) {
        bucket = TokenBucket(
            burst: Double(rate.burst), perSecond: rate.perSecond, now: now)
    }

    func allowance(now: Instant) -> Int {
        Int(bucket.available(now: now) + 1e-6)
    }

    mutating func take(_ tasks: Int, now: Instant) {
        bucket.take(Double(tasks), now: now)
    }
}
