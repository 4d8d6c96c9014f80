import Glibc
import Platform

/// A network namespace of a test's own, in which nobody else has sockets.
///
/// It belongs to one thread, which the kernel shows under `/proc/thread-self/net`; programs that
/// the thread starts are in it, too. Its loopback interface is up and has 10.9.9.1 besides.
package enum NetworkNamespace {
    package static let folder = "/proc/thread-self/net"
    package static let address = "10.9.9.1"

    /// Whether this user may make one, and the program that sets it up is there.
    package static let isAllowed = (try? inNew { true }) ?? false

    /// Runs `body` in a new namespace, which ends with it and what it started.
    package static func inNew<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) throws -> Result {
        let outcome = Lock<Swift.Result<Result, any Error>?>(nil)
        let thread = WorkerThread(name: "namespace") {
            let result = Swift.Result {
                try leaveOld()
                try setUp()
                return try body()
            }
            outcome.withLock { $0 = result }
        }
        thread.join()
        return try outcome.withLock { $0 }?.get() ?? { throw TestFailure("no outcome") }()
    }

    /// `unshare` is an extension of GNU's, which Swift does not import.
    private static func leaveOld() throws {
        typealias Unshare = @convention(c) (Int32) -> Int32
        guard let symbol = dlsym(nil, "unshare") else { throw TestFailure("no unshare") }
        let newNetwork: Int32 = 0x4000_0000
        guard unsafeBitCast(symbol, to: Unshare.self)(newNetwork) == 0 else {
            throw TestFailure("no namespace: \(String(cString: strerror(errno)))")
        }
    }

    private static func setUp() throws {
        for words in [
            ["link", "set", "lo", "up"], ["address", "add", "\(address)/24", "dev", "lo"],
        ] {
            let process = try TestProcess("ip", words)
            while process.ended == nil { usleep(1000) }
            guard process.ended == .code(0) else { throw TestFailure("ip \(words) failed") }
        }
    }
}
