import Platform

/// Counts of observations in fixed buckets, for Prometheus.
package final class Histogram: Sendable {
    package struct Values: Equatable, Sendable {
        /// One more than there are bounds: the last is unbounded. Not cumulative.
        package var counts: [Int]
        package var sum: Double
    }

    /// Upper bounds, ascending, inclusive.
    package let bounds: [Double]
    private let state: Lock<Values>

    package init(bounds: [Double]) {
        precondition(bounds == bounds.sorted(), "the bounds of a histogram ascend")
        self.bounds = bounds
        state = Lock(Values(counts: [Int](repeating: 0, count: bounds.count + 1), sum: 0))
    }

    package func observe(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    package var values: Values { state.withLock { $0 } }
}
