import Values

/// When a failed call is tried again: exponential back-off with full jitter.
///
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: the delay is uniform
/// between nothing and the ceiling, so that many clients do not come back together.
package struct RetryPolicy: Equatable, Sendable {
    package var attemptsMax = AWSLimits.attemptsMax
    package var spanMax = AWSLimits.callSpanMax

    package init() {}

    /// How long to wait after the `attempt`-th failure (from 1); `nil` when it is the last.
    ///
    /// `jitter` is uniform in 0..<1; `spent` counts from the first attempt. AWS's `retryAfter` is
    /// the least delay.
    func delay(
        after error: AWSError, attempt: Int, spent: Duration, jitter: Double
    ) -> Duration? {
        let base: Duration
        var least = Duration.zero
        switch error {
        case .unreachable(_, _, let cause) where cause.mayPass:
            base = AWSLimits.retryDelayBase
        case .refused(let refusal) where refusal.kind == .transient:
            base = AWSLimits.retryDelayBase
            least = refusal.retryAfter ?? .zero
        case .refused(let refusal) where refusal.kind == .throttled:
            base = AWSLimits.throttledDelayBase
            least = refusal.retryAfter ?? .zero
        default:
            return nil
        }
        guard attempt < attemptsMax else { return nil }
        let ceiling = Backoff.ceiling(
            first: base, doublings: attempt, longest: AWSLimits.retryDelayMax)
        let delay = max(least, ceiling * jitter)
        return spent + delay <= spanMax ? delay : nil
    }
}
