import Platform

/// A thread that shuts down connections past their deadline, and releases answers that are held.
///
/// libmicrohttpd's own timeout starts again with every byte, which a slow sender makes use of.
final class DeadlineWatchdog: Sendable {
    private let state: State
    private let thread: WorkerThread

    private final class State: Sendable {
        let core: ServerCore
        let stopped = Semaphore()

        init(core: ServerCore) {
            self.core = core
        }

        func run() {
            var turns = 0
            while true {
                // Looking at every connection takes a while.
                core.turn(looksForLate: turns % DeadlineWatchdog.turnsForDeadlines == 0)
                turns += 1
                if stopped.wait(atMost: DeadlineWatchdog.period) { return }
            }
        }
    }

    /// Held answers come in batches of so long; a deadline is late by some of these at most.
    private static let period = Duration.milliseconds(20)
    private static let turnsForDeadlines = 5

    init(core: ServerCore) {
        let state = State(core: core)
        self.state = state
        thread = WorkerThread(name: "http-deadlines") { state.run() }
    }

    /// Waits for the thread's end; once.
    func stop() {
        state.stopped.signal()
        thread.join()
    }
}
