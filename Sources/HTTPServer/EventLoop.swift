import CMicrohttpd
import Synchronization

/// One of libmicrohttpd's daemons and the thread that runs it.
///
/// The thread waits here and never in libmicrohttpd. Its own threads (0.9.75) wait for more events when
/// epoll_wait(2) gave them as many as they asked for, 128, before they handle these; where exactly 128
/// came, those requests then wait until another one comes, however long that takes.
///
/// Sendable by proof: `handle` is used by the thread alone, but for what libmicrohttpd allows from any
/// (resuming a connection), until `end`, which comes after the thread's; the rest is immutable or atomic.
final class EventLoop: @unchecked Sendable {
    private let handle: OpaquePointer
    private let bell: Int32
    private let events: Int32
    private let isQuiescing = Atomic<Bool>(false)
    private let isQuiet = Atomic<Bool>(false)
    private let isEnding = Atomic<Bool>(false)
    private var thread = pthread_t()

    /// Takes a daemon that has no threads of its own; who rings the bell is heard.
    init(_ handle: OpaquePointer, bell: Int32) {
        self.handle = handle
        self.bell = bell
        events = microhttpd_events(handle)
        precondition(events >= 0, "the daemon was started with epoll")
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(failure == 0, "there is a thread for a listener")
    }

    private func run() {
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

    /// Accepts nothing more once this returns.
    func stopAccepting() {
        isQuiescing.store(true, ordering: .releasing)
        microhttpd_ring(bell)
        while !isQuiet.load(ordering: .acquiring) { usleep(500) }
    }

    /// Ends the thread and closes the connections; once, after `stopAccepting`.
    func end() {
        isEnding.store(true, ordering: .releasing)
        microhttpd_ring(bell)
        pthread_join(thread, nil)
        MHD_stop_daemon(handle)
    }
}
