import CPlatform
import Values

/// What an owner of descriptors waits for.
package struct Readiness: Sendable {
    package let descriptor: Int32
    package let isForWriting: Bool
    /// Whether the last wait ended with it ready, or broken, which reading will show.
    package var isReady = false

    package init(_ descriptor: Int32, isForWriting: Bool = false) {
        self.descriptor = descriptor
        self.isForWriting = isForWriting
    }
}

/// Waits for descriptors with the precision of the clock; keeps its memory.
package struct Poller {
    private var entries: [pollfd] = []

    package init() {}

    /// Returns when a descriptor is ready, the time is over, or a signal handler ran.
    package mutating func wait(for list: inout [Readiness], atMost span: Duration) {
        entries.removeAll(keepingCapacity: true)
        for readiness in list {
            let events = Int16(readiness.isForWriting ? POLLOUT : POLLIN)
            entries.append(pollfd(fd: readiness.descriptor, events: events, revents: 0))
        }
        let nanoseconds = span.wholeNanoseconds
        let count = entries.withUnsafeMutableBufferPointer {
            platform_poll($0.baseAddress, Int32($0.count), nanoseconds)
        }
        for index in list.indices {
            list[index].isReady = count > 0 && entries[index].revents != 0
        }
    }
}
