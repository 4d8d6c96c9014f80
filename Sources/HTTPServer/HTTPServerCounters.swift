import Synchronization

/// A listener's connections, and what it did to them for want of something since its start.
package final class HTTPServerCounters: Sendable {
    /// Open connections now.
    package let open = Atomic<Int>(0)
    /// Idle connections closed for others: all of them took too many, or those of one address.
    package let closedForRoom = Atomic<Int>(0)
    package let closedOfAddress = Atomic<Int>(0)
    /// Connections closed at once, since nobody could make room.
    package let refused = Atomic<Int>(0)
    /// Closed since they took too long.
    package let closedLate = Atomic<Int>(0)
    /// Answers to strangers that waited, so that others need not.
    package let heldAnswers = Atomic<Int>(0)
    /// Requests whose framing can be read in two ways.
    package let ambiguous = Atomic<Int>(0)
    /// Processor time that strangers and refused requests took.
    package let strangersMicroseconds = Atomic<Int>(0)

    package init() {}
}
