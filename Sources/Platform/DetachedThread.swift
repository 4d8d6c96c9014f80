#if !hasFeature(Embedded)
import CPlatform

/// A thread of its own, for loops and C calls that block and so must not run on Swift's pool.
package enum DetachedThread {
    /// Starts `body` on a new thread, which ends with it. The name shows in `top -H`; at most 15 bytes.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        precondition(name.utf8.count <= 15, "Linux keeps 15 bytes of a thread's name")
        let context = Unmanaged.passRetained(ThreadStart(name: name, body: body)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, enter, context)
        precondition(code == 0, "a thread can be started unless memory is gone")
        pthread_detach(thread)
    }
}

private func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    platform_name_thread(start.name)
    start.body()
    return nil
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}
#endif
