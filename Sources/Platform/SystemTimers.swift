#if !hasFeature(Embedded)
/// What Swift's runtime waits with.
package enum SystemTimers {
    /// Has Dispatch open its descriptors (epoll, an event, timers), which it opens with its first
    /// timer and without which it ends the process by SIGILL (libdispatch, event_epoll.c).
    package static func open() {
        let isDone = Semaphore()
        Task.detached {
            try? await Task.sleep(for: .nanoseconds(1), clock: .continuous)
            try? await Task.sleep(for: .nanoseconds(1), clock: .suspending)
            isDone.signal()
        }
        isDone.wait()
    }
}
#endif
