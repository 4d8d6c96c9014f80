#if !hasFeature(Embedded)
import CPlatform

/// A value that one thread at a time may touch.
///
/// Over pthread's mutex and not `Synchronization.Mutex`, whose slow way is compiled into a library
/// that the thread sanitizer does not see: with it every contended lock looks like none. That one
/// also inherits priorities, and so hands itself over in turn: where threads contend, each waits
/// for the scheduler. Taking it twice on one thread ends the program, as there. Not in Embedded
/// Swift, which cannot end a `~Copyable` struct of another module, and whose agent has one thread.
///
/// Public, and nothing else is: Swift 6.3 inlines nothing `package` into another module, and called
/// through its witness tables a lock takes twice the time.
public struct Lock<Value: ~Copyable>: ~Copyable {
    // Out of line: neither may move while a thread is at it.
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline let value: UnsafeMutablePointer<Value>

    @inlinable
    public init(_ value: consuming sending Value) {
        mutex = .allocate(capacity: 1)
        let code = platform_init_mutex(mutex)
        precondition(code == 0, "a mutex can be made unless memory is gone")
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
    }

    deinit {
        let code = pthread_mutex_destroy(mutex)
        precondition(code == 0, "nobody holds a lock that ends")
        mutex.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    /// Waits for the others, then runs `body` alone with the value.
    @inlinable
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        let code = pthread_mutex_lock(mutex)
        precondition(code == 0, "a thread takes a lock once")
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}

// Sendable by proof: the value came in alone (`sending`), is reached only by the thread that holds
// the mutex, and what comes out of `withLock` shares nothing with it (`sending`).
extension Lock: @unchecked Sendable where Value: ~Copyable {}
#endif
