import CPlatform
import Values

extension ThisProcess {
    /// Blocks the calling thread; a signal may end it early.
    package static func sleep(_ span: Duration) {
        let nanoseconds = max(0, span.wholeNanoseconds)
        var time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        nanosleep(&time, nil)
    }
}
