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
        let bell: Int32
        let events: Int32
        let isQuiescing = Atomic<Bool>(false)
        let isQuiet = Atomic<Bool>(false)
        let isEnding = Atomic<Bool>(false)

        init(_ handle: OpaquePointer, bell: Int32) {
            self.handle = handle
            self.bell = bell
            events = microhttpd_events(handle)
            precondition(events >= 0, "the daemon was started with epoll")
        }

        func run() {
            microhttpd_block_sigpipe()
            while !isEnding.load(ordering: .acquiring) {
                if isQuiescing.exchange(false, ordering: .acquiring) {
                    _ = MHD_quiesce_daemon(handle)
                    isQuiet.store(true, ordering: .releasing)
                }
                // Handles what is there, without waiting.
                _ = MHD_run(handle)
                microhttpd_wait(events, bell, microhttpd_timeout(handle))
            }
        }
    }

    /// Takes a daemon that has no threads of its own; a wake-up interrupts its wait.
    init(_ handle: OpaquePointer, bell: Int32) {
        let state = State(handle, bell: bell)
        self.state = state
        thread = WorkerThread(name: "http-server") { state.run() }
    }

    /// Accepts nothing more once this returns.
    func stopAccepting() {
        state.isQuiescing.store(true, ordering: .releasing)
        microhttpd_ring(state.bell)
        while !state.isQuiet.load(ordering: .acquiring) { usleep(500) }
    }

    /// Ends the thread and closes the connections; once, after `stopAccepting`.
    func end() {
        state.isEnding.store(true, ordering: .releasing)
        microhttpd_ring(state.bell)
        thread.join()
        MHD_stop_daemon(state.handle)
    }
}
