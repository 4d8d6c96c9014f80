import Synchronization

/// What became of messages to topics since the start.
package final class AnnouncementCounters: Sendable {
    package let published = Atomic(0)
    package let failed = Atomic(0)
    /// More waited than there is room for.
    package let dropped = Atomic(0)
    /// More than one service may send.
    package let suppressed = Atomic(0)

    var all: [(result: String, count: Int)] {
        [
            ("published", published.load(ordering: .relaxed)),
            ("failed", failed.load(ordering: .relaxed)),
            ("dropped", dropped.load(ordering: .relaxed)),
            ("suppressed", suppressed.load(ordering: .relaxed)),
        ]
    }
}
