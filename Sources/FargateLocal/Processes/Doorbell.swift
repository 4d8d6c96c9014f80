import CFargateLocal

/// Wakes a thread that waits for work.
final class Doorbell: Sendable {
    private let descriptor: Int32

    init() {
        descriptor = fargate_eventfd()
        precondition(descriptor >= 0, "an eventfd needs one free descriptor")
    }

    deinit {
        close(descriptor)
    }

    func ring() {
        var one: UInt64 = 1
        // Full only when it rings already.
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Returns when it rings or the time is over; a ring before the call counts.
    func wait(milliseconds: Int32) {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, milliseconds) > 0 else { return }
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}
