import CMicrohttpd
import Platform
import Synchronization

/// A thread that shuts down connections past their deadline.
///
/// libmicrohttpd's own timeout starts anew with every byte, which a slow sender makes use of.
final class DeadlineWatchdog: Sendable {
    private let state: State
    private let thread: WorkerThread

    private final class State: Sendable {
        let registry: ConnectionRegistry
        let isStopped = Atomic<Bool>(false)

        init(registry: ConnectionRegistry) {
            self.registry = registry
        }

        func run() {
            while !isStopped.load(ordering: .relaxed) {
                registry.shutDownLate(nowMs: CoarseClock.nowMs())
                usleep(DeadlineWatchdog.periodMicroseconds)
            }
        }
    }

    /// What a deadline is late at most.
    private static let periodMicroseconds: UInt32 = 100_000

    init(registry: ConnectionRegistry) {
        let state = State(registry: registry)
        self.state = state
        thread = WorkerThread(name: "http-deadlines") { state.run() }
    }

    /// Waits for the thread's end; once.
    func stop() {
        state.isStopped.store(true, ordering: .relaxed)
        thread.join()
    }
}
