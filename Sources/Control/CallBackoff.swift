import Values

/// How long to wait after writes that failed.
///
/// Source of the doubling with jitter: "Exponential Backoff And Jitter", AWS Architecture Blog,
/// 2015. The ceilings are low: each second of waiting is one that customers wait too. What will not
/// pass on its own, as a missing right, waits longer.
struct CallBackoff: Sendable {
    private var inARow = 0

    mutating func succeeded() {
        self = CallBackoff()
    }

    /// `jitter` is 0 to 1: how much of the upper half of the wait is waited.
    mutating func failed(_ failure: CallFailure, jitter: Double) -> Duration {
        let isFirst = inARow == 0
        let doublings = inARow
        inARow += 1
        let ceiling: Duration
        switch failure.kind {
        case .uncertain where isFirst: return ControlLimits.uncertainRetry
        case .lasting:
            ceiling = Backoff.ceiling(
                first: ControlLimits.lastingRetryMin, doublings: doublings,
                longest: ControlLimits.lastingRetryMax)
        default:
            ceiling = Backoff.ceiling(
                first: ControlLimits.retryMin, doublings: doublings,
                longest: ControlLimits.retryMax)
        }
        return ceiling * (0.5 + 0.5 * max(0, min(1, jitter)))
    }
}
