import CFargateLocal
import Synchronization

/// A thread of its own for work that blocks.
struct WorkerThread: Sendable {
    private let thread: pthread_t

    private final class Body {
        let run: () -> Void

        init(_ run: @escaping () -> Void) {
            self.run = run
        }
    }

    init(_ run: sending @escaping () -> Void) {
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(Body(run)).toOpaque())
        precondition(failure == 0, "a process has room for a few threads")
        self.thread = thread
    }

    /// Waits for its end; once.
    func join() {
        pthread_join(thread, nil)
    }
}

/// A wish to stop that threads look at.
final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Whether this was the first time.
    func set() -> Bool { !flag.exchange(true, ordering: .relaxed) }
}
