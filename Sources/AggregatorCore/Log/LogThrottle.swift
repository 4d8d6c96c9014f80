import Platform
import Values

/// Lets one line through in a while, and counts those it held back.
///
/// For what clients can cause at will: they must not be able to fill the log.
final class LogThrottle: Sendable {
    private struct State {
        var lastAt: Instant?
        var heldBack = 0
    }

    private let period: Duration
    private let state = Lock(State())

    init(period: Duration = .seconds(10)) {
        self.period = period
    }

    /// How many lines were held back since the last; `nil` when this one is held back too.
    func admit(now: Instant) -> Int? {
        state.withLock { state in
            if let last = state.lastAt, now - last < period {
                state.heldBack += 1
                return nil
            }
            defer {
                state.lastAt = now
                state.heldBack = 0
            }
            return state.heldBack
        }
    }
}
