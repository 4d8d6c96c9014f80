import Values

/// The maximum over a window that ends now, amortised O(1) a value.
///
/// A queue whose values fall from front to back, so that the front is the maximum. Values within
/// one `resolution` of time share an entry, which bounds the queue to window ÷ resolution.
struct SlidingMax<Value: Comparable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var at: Instant
        var value: Value
    }

    let window: Duration
    private let resolution: Duration
    private var entries: [Entry] = []
    private var head = 0

    init(window: Duration, resolution: Duration) {
        self.window = window
        self.resolution = resolution
    }

    /// The maximum of the values of the last `window`; `nil` without any.
    func value(at now: Instant) -> Value? {
        var index = head
        while index < entries.count, now - entries[index].at > window { index += 1 }
        return index < entries.count ? entries[index].value : nil
    }

    mutating func insert(_ value: Value, at now: Instant) {
        while head < entries.count, now - entries[head].at > window { head += 1 }
        while entries.count > head, entries[entries.count - 1].value <= value {
            entries.removeLast()
        }
        if entries.count - head >= 2, now - entries[entries.count - 2].at < resolution {
            // The newest lower values blur into one, kept as long as the newest of them lives.
            entries[entries.count - 1].at = now
        } else {
            entries.append(Entry(at: now, value: value))
        }
        if head > 64 && head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }

    /// The values that may still become the maximum, oldest first.
    var remembered: [(at: Instant, value: Value)] {
        entries[head...].map { ($0.at, $0.value) }
    }
}

extension SlidingMax where Value == Double {
    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        let most = Int(window / resolution) + 2
        let count = try archive.count(entries.count - head, most: most)
        if archive.isReading {
            entries = (0..<count).map { _ in Entry(at: Instant(nanoseconds: 0), value: 0) }
            head = 0
        }
        for index in head..<entries.count {
            try archive.field(&entries[index].at)
            try archive.field(&entries[index].value)
        }
    }
}
