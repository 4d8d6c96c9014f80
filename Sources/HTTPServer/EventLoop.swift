import CMicrohttpd
import Platform
import Synchronization

/// One of libmicrohttpd's daemons and the thread that runs it.
///
/// The thread waits here and never in libmicrohttpd. Its own threads (0.9.75) wait for more events
/// when epoll_wait(2) gave them as many as they asked for, 128, before they handle these; where
/// exactly 128 came, those requests then wait until another one comes, however long that takes.
final class EventLoop: Sendable {
    private let state: State
    private let thread: WorkerThread

    /// Sendable by proof: `handle` is used by the thread alone, but for what libmicrohttpd allows
    /// from any (resuming a connection), until `end`, which comes after the thread's; the rest is
    /// immutable or atomic.
    private final class State: @unchecked Sendable {
        let handle: OpaquePointer
        let wakeUp: Int32
        let events: Int32
        let isQuiescing = Atomic<Bool>(false)
        let isQuiet = Semaphore()
        let isEnding = Atomic<Bool>(false)

        init(_ handle: OpaquePointer, wakeUp: Int32) {
            self.handle = handle
            self.wakeUp = wakeUp
            events = microhttpd_events(handle)
            precondition(events >= 0, "the daemon was started with epoll")
        }

        func run() {
            microhttpd_block_sigpipe()
            while !isEnding.load(ordering: .acquiring) {
                if isQuiescing.exchange(false, ordering: .acquiring) {
                    _ = MHD_quiesce_daemon(handle)
                    isQuiet.signal()
                }
                // Handles what is there, without waiting.
                _ = MHD_run(handle)
                microhttpd_wait(events, wakeUp, microhttpd_timeout(handle))
            }
        }
    }

    /// Takes a daemon that has no threads of its own; a wake-up interrupts its wait.
    init(_ handle: OpaquePointer, wakeUp: Int32) {
        let state = State(handle, wakeUp: wakeUp)
        self.state = state
        thread = WorkerThread(name: "http-server") { state.run() }
    }

    /// Accepts nothing more once this returns.
    func stopAccepting() {
        state.isQuiescing.store(true, ordering: .releasing)
        microhttpd_wake(state.wakeUp)
        state.isQuiet.wait()
    }

    /// Ends the thread and closes the connections; once, after `stopAccepting`.
    func end() {
        state.isEnding.store(true, ordering: .releasing)
        microhttpd_wake(state.wakeUp)
        thread.join()
        MHD_stop_daemon(state.handle)
    }
}
