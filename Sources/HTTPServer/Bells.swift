import CMicrohttpd

/// What wakes the threads of a listener: libmicrohttpd has no such means where it has no threads.
final class Bells: Sendable {
    /// One for each thread.
    let descriptors: [Int32]

    init(threads: Int) {
        descriptors = (0..<threads).map { _ in microhttpd_bell() }
        precondition(!descriptors.contains(-1), "there are descriptors for a listener's threads")
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    /// Wakes each thread, or lets it not wait next.
    func ring() {
        for descriptor in descriptors { microhttpd_ring(descriptor) }
    }
}
