#if !hasFeature(Embedded)
import CPlatform

/// A thread of its own, for loops and C calls that block and so must not run on Swift's pool.
///
/// It ends with its body; its owner waits for that, once.
package struct WorkerThread: Sendable {
    private let thread: pthread_t

    /// The name shows in `top -H`; at most 15 bytes.
    package init(name: String, _ body: sending @escaping () -> Void) {
        precondition(name.utf8.count <= 15, "Linux keeps 15 bytes of a thread's name")
        let context = Unmanaged.passRetained(ThreadStart(name: name, body: body)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, enter, context)
        precondition(code == 0, "a thread can be started unless memory is gone")
        self.thread = thread
    }

    /// Waits for its end.
    package func join() {
        pthread_join(thread, nil)
    }

    /// Starts one that nobody waits for.
    package static func detached(name: String, _ body: sending @escaping () -> Void) {
        pthread_detach(WorkerThread(name: name, body).thread)
    }
}

private func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    platform_name_thread(start.name)
    start.body()
    return nil
}

private final class ThreadStart {
    let name: String
    let body: () -> Void

    init(name: String, body: @escaping () -> Void) {
        self.name = name
        self.body = body
    }
}
#endif
