/// A point in time on the monotonic clock, in nanoseconds since an origin that only this machine
/// knows.
///
/// A pure value: it is read from the clock by `Platform` and passed in everywhere else. Two
/// instants of different machines must not be compared.
package struct Instant: Comparable, Hashable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    @inline(never)
    package static func + (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds + right.wholeNanoseconds)
    }

    @inline(never)
    package static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

extension Duration {
    /// The span in whole nanoseconds; spans beyond 292 years do not occur here.
    @inline(never)
    package var wholeNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    /// The span in whole milliseconds, rounded towards zero.
    @inline(never)
    package var wholeMilliseconds: Int64 {
        wholeNanoseconds / 1_000_000
    }

    /// The span in seconds, for arithmetic.
    @inline(never)
    package var inSeconds: Double {
        Double(wholeNanoseconds) / 1_000_000_000
    }
}
