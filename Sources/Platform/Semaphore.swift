#if !hasFeature(Embedded)
import CPlatform
import Values

/// Wakes threads that wait for others; a signal that nobody waits for yet is kept.
///
/// Over sem_init(3), which needs no descriptor: it works when none is left.
///
/// Sendable by proof: the pointer never changes, and any thread may use what it points to.
package final class Semaphore: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<sem_t>

    package init() {
        handle = .allocate(capacity: 1)
        precondition(sem_init(handle, 0, 0) == 0, "a semaphore of one process can be made")
    }

    deinit {
        sem_destroy(handle)
        handle.deallocate()
    }

    package func signal() {
        // Fails past 2³¹ signals only, and then whoever waits is woken anyway.
        sem_post(handle)
    }

    package func wait() {
        while sem_wait(handle) != 0 {
            precondition(platform_errno() == EINTR, "a semaphore is there as long as this object")
        }
    }

    /// False when the time is over first.
    package func wait(atMost span: Duration) -> Bool {
        let end = MonotonicClock.now().nanoseconds + max(0, span.wholeNanoseconds)
        return platform_wait_until(handle, end) == 0
    }
}
#endif
