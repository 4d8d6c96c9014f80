import Platform
import Values

/// Time and chance as the calls know them; tests bring their own.
package struct AWSClock: Sendable {
    /// Monotonic, for delays.
    package var now: @Sendable () -> Instant
    /// Milliseconds since 1970, UTC, for what AWS says.
    package var wallMs: @Sendable () -> Int64
    package var sleep: @Sendable (Duration) async throws -> Void
    /// Uniform in 0..<1.
    package var jitter: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Instant, wallMs: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.wallMs = wallMs
        self.sleep = sleep
        self.jitter = jitter
    }

    package static let system = AWSClock(
        now: { MonotonicClock.now() }, wallMs: { WallClock.nowMs() },
        sleep: { try await Task.sleep(for: $0) }, jitter: { Double.random(in: 0..<1) })
}
