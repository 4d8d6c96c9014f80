/// A rate limit that allows bursts: tokens fill up at a steady rate to a maximum, a call takes one.
///
/// It may go below zero: a reservation then says how long to wait, so that calls go in order.
package struct TokenBucket: Equatable, Sendable {
    private let burst: Double
    private let perSecond: Double
    private var tokens: Double
    private var filled: Instant

    package init(burst: Double, perSecond: Double, now: Instant) {
        precondition(burst >= 1 && perSecond > 0, "a bucket lets something through")
        self.burst = burst
        self.perSecond = perSecond
        tokens = burst
        filled = now
    }

    /// Takes a token and says how long to wait for it; takes none when that is longer than
    /// `waitMax`.
    package mutating func reserve(now: Instant, waitMax: Duration) -> Result<Duration, Refusal> {
        fill(now)
        let missing = max(0, 1 - tokens)
        let wait = Duration.seconds(missing / perSecond)
        guard wait <= waitMax else { return .failure(Refusal(wait: wait)) }
        tokens -= 1
        return .success(wait)
    }

    /// How many are there now.
    package func available(now: Instant) -> Double {
        now > filled ? min(burst, tokens + (now - filled).inSeconds * perSecond) : tokens
    }

    /// Takes what was used in any case, and as many as there are at most.
    package mutating func take(_ count: Double, now: Instant) {
        fill(now)
        tokens = max(0, tokens - count)
    }

    private mutating func fill(_ now: Instant) {
        tokens = available(now: now)
        filled = max(filled, now)
    }

    package struct Refusal: Error, Equatable {
        package let wait: Duration

        package init(wait: Duration) {
            self.wait = wait
        }
    }
}
