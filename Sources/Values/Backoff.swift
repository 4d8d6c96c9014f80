/// How long to wait after failures: exponential, with full jitter.
///
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. Full jitter spreads the
/// agents of a fleet evenly, so that a restarted aggregator is not trampled.
package struct Backoff: Sendable {
    private let first: Duration
    private let longest: Duration
    /// Failures since the last success.
    package private(set) var failures = 0

    package init(first: Duration, longest: Duration) {
        precondition(.zero < first && first <= longest, "the first wait is the shortest")
        self.first = first
        self.longest = longest
    }

    package mutating func succeeded() {
        failures = 0
    }

    /// The wait after one more failure: uniform between zero and the doubled, bounded span.
    package mutating func failed(random bits: UInt64) -> Duration {
        let span = Self.ceiling(first: first, doublings: failures, longest: longest)
        failures += 1
        return Self.fraction(of: span, random: bits)
    }

    /// The first span, doubled so often, and never more than the longest.
    package static func ceiling(first: Duration, doublings: Int, longest: Duration) -> Duration {
        var span = first
        for _ in 0..<doublings where span < longest { span += span }
        return min(span, longest)
    }

    /// A uniform part of a span, by 64 random bits.
    package static func fraction(of span: Duration, random bits: UInt64) -> Duration {
        let nanoseconds = UInt64(span.wholeNanoseconds)
        return .nanoseconds(Int64(nanoseconds.multipliedFullWidth(by: bits).high))
    }
}
