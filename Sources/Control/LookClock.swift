import Values

/// When ECS is to be looked at, how old what it said is, and whether it answers.
struct LookClock: Sendable {
    let period: Duration
    /// When the newest look that was answered was asked for.
    private(set) var goodAt: Instant?
    /// When a look was asked for last, answered or not.
    private var askedAt: Instant?
    /// When the last look failed; `nil` after a good one.
    private(set) var failedAt: Instant?

    init(period: Duration) {
        self.period = period
    }

    /// Looks come a second apart while counts move, are not known, or ECS does not answer.
    func isDue(moving: Bool, now: Instant) -> Bool {
        guard let askedAt else { return true }
        let isHurried = moving || goodAt == nil || failedAt != nil
        let wait = isHurried ? min(period, ControlLimits.movingPeriod) : period
        // Whoever asks does so about once a second.
        return now - askedAt >= wait - .milliseconds(100)
    }

    func isFresh(now: Instant) -> Bool {
        goodAt.map { now - $0 <= ControlLimits.freshFor } ?? false
    }

    /// Whether what ECS said is too old to lower anything on it.
    func isTooOld(now: Instant) -> Bool {
        let trusted = max(
            ControlLimits.countsTrustedMin, period * ControlLimits.periodsTrusted)
        return goodAt.map { now - $0 > trusted } ?? true
    }

    /// Whether a look failed so lately that a raise does without one.
    func isBlind(now: Instant) -> Bool {
        failedAt.map { now - $0 < ControlLimits.blindFor } ?? false
    }

    mutating func asked(now: Instant) {
        askedAt = now
    }

    mutating func answered(askedAt: Instant) {
        seen(askedAt: askedAt)
        failedAt = nil
    }

    /// The answer to a write showed the counts, which says nothing of whether looks work.
    mutating func seen(askedAt: Instant) {
        goodAt = max(goodAt ?? askedAt, askedAt)
    }

    mutating func failed(now: Instant) {
        failedAt = now
    }
}
