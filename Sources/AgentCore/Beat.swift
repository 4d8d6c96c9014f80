import Values

/// A beat without drift: it falls due at whole multiples of its interval, however late it is taken.
package struct Beat: Sendable {
    package let interval: Duration
    package private(set) var due: Instant

    package init(interval: Duration, first: Instant) {
        precondition(interval > .zero, "a beat goes forward")
        self.interval = interval
        due = first
    }

    /// Whether the beat is due; then the next is the first multiple after `now`, so that beats
    /// which were missed are not caught up.
    package mutating func take(now: Instant) -> Bool {
        guard due <= now else { return false }
        let nanoseconds = interval.wholeNanoseconds
        let steps = (now.nanoseconds - due.nanoseconds) / nanoseconds + 1
        due = Instant(nanoseconds: due.nanoseconds + steps * nanoseconds)
        return true
    }
}
