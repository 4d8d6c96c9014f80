import Platform
import Values

@testable import AWS

/// Time that passes only when somebody sleeps or the test says so.
final class ManualClock: Sendable {
    private struct State {
        var now = Instant(nanoseconds: 0)
        var wallMs: Int64 = 1_800_000_000_000
        var sleeps: [Duration] = []
    }

    private let state = Lock(State())
    private let jitter: @Sendable () -> Double

    init(jitter: @escaping @Sendable () -> Double = { 0.5 }) {
        self.jitter = jitter
    }

    /// What was slept so far, one after another.
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    var wallMs: Int64 { state.withLock { $0.wallMs } }

    func pass(_ span: Duration) {
        state.withLock { state in
            state.now = state.now + span
            state.wallMs += span.wholeMilliseconds
        }
    }

    var clock: AWSClock {
        AWSClock(
            now: { self.state.withLock { $0.now } }, wallMs: { self.wallMs },
            sleep: { span in
                try Task.checkCancellation()
                self.state.withLock { $0.sleeps.append(span) }
                self.pass(span)
            }, jitter: jitter)
    }
}
