import CMicrohttpd
import Platform

/// Wakes the threads of a listener: libmicrohttpd has no such means where it has no threads.
final class WakeUps: Sendable {
    private let owners: [Descriptor]

    init(threads: Int) {
        owners = (0..<threads).map { _ in
            let number = microhttpd_wakeup()
            precondition(number >= 0, "there are descriptors for a listener's threads")
            return Descriptor(number)
        }
    }

    /// One for each thread.
    var descriptors: [Int32] { owners.map(\.number) }

    /// Wakes each thread, or lets it not wait next.
    func wake() {
        for owner in owners { microhttpd_wake(owner.number) }
    }
}
