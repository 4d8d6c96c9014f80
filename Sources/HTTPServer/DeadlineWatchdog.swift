import CMicrohttpd
import Platform
import Synchronization

/// A thread that shuts down connections past their deadline, and releases answers that are held.
///
/// libmicrohttpd's own timeout starts anew with every byte, which a slow sender makes use of.
final class DeadlineWatchdog: Sendable {
    private let state: State
    private let thread: WorkerThread

    private final class State: Sendable {
        let core: ServerCore
        let isStopped = Atomic<Bool>(false)

        init(core: ServerCore) {
            self.core = core
        }

        func run() {
            while !isStopped.load(ordering: .relaxed) {
                core.turn()
                usleep(DeadlineWatchdog.periodMicroseconds)
            }
        }
    }

    /// What a deadline is late at most; held answers come in batches of so long.
    private static let periodMicroseconds: UInt32 = 20_000

    init(core: ServerCore) {
        let state = State(core: core)
        self.state = state
        thread = WorkerThread(name: "http-deadlines") { state.run() }
    }

    /// Waits for the thread's end; once.
    func stop() {
        state.isStopped.store(true, ordering: .relaxed)
        thread.join()
    }
}
