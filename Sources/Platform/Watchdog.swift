import CPlatform
import Values

/// Ends the process when its loop hangs.
///
/// Nothing else would: ECS restarts a container that ends, and leaves one that is unhealthy and not
/// essential as it is. It counts real time, so a process that was frozen for longer ends, too.
package struct Watchdog {
    private let seconds: UInt32
    private let exitCode: Int32
    private var armedAt: Instant?

    /// `span` in whole seconds.
    package init(_ span: Duration, exitCode: Int32) {
        seconds = UInt32(span.wholeMilliseconds / 1000)
        self.exitCode = exitCode
    }

    /// The loop turns. A system call a second at most.
    package mutating func feed(_ now: Instant) {
        if let armedAt, now - armedAt < .seconds(1) { return }
        armedAt = now
        platform_arm_watchdog(seconds, exitCode)
    }
}
