import Platform
import Values

/// Our share of AWS's rate limits, one bucket a class.
package final class RateBudget: Sendable {
    private let buckets: Lock<[RateClass: TokenBucket]>

    package init(now: Instant) {
        var buckets: [RateClass: TokenBucket] = [:]
        for rateClass in RateClass.allCases {
            let rate = AWSLimits.rate(of: rateClass)
            buckets[rateClass] = TokenBucket(
                burst: rate.burst, perSecond: rate.perSecond, now: now)
        }
        self.buckets = Lock(buckets)
    }

    func reserve(
        _ rateClass: RateClass, now: Instant, waitMax: Duration
    ) -> Result<Duration, TokenBucket.Refusal> {
        buckets.withLock { buckets in
            buckets[rateClass]?.reserve(now: now, waitMax: waitMax)
                ?? .success(.zero)
        }
    }
}
