import Values

/// Which of several aggregators may lower, announce and write state: who holds an item of a table.
///
/// The holder writes a counter into the item each second. The others look at it: while the counter
/// grows, the holder lives; once it has stood still for longer than a lease lasts, on the reader's
/// own clock, one of them puts its name there. Each write has the condition that the item is as its
/// writer last saw it, so that of two writers one fails. No two clocks are ever compared.
///
/// For example, a lease lasts 5 s. The holder sends its 7th renewal at 10.0 s of its clock, and it
/// is done: it holds until 15.0 s. Another one reads counter 7 at 10.2 s at the earliest, whatever
/// its own clock shows then, and takes the lease 5.5 s after that, if the counter is still 7. By
/// then the holder has stopped for half a second, by its own clock.
///
/// The fencing number grows with each new holder. What a former holder still writes carries a lower
/// one, and is refused by the table.
///
/// Source: Gray and Cheriton, "Leases", 1989; the counter in place of times as in Amazon's DynamoDB
/// Lock Client.
package struct Lease: Sendable {
    /// The item, as it is stored.
    package struct Item: Equatable, Sendable {
        /// Who holds it; empty when it was released.
        package var holder: String
        package var fence: Int64
        /// Grows with each write of the holder.
        package var renewals: Int64

        package init(holder: String, fence: Int64, renewals: Int64) {
            self.holder = holder
            self.fence = fence
            self.renewals = renewals
        }
    }

    /// What is to be done with the table.
    package enum Action: Equatable, Sendable {
        case read
        /// Written only if the item is `over`; `nil`: if there is none.
        case write(Item, over: Item?)
    }

    /// This aggregator's name, one for each start.
    package let name: String
    private var seen: Item?
    /// Since when the item is as it was seen.
    private var seenAt: Instant?
    /// When the table last answered.
    private var heardAt: Instant?
    /// Until when it is this one's.
    private var heldUntil: Instant?
    /// What was written last, and when it was sent: its answer may be lost.
    private var sent: (item: Item, at: Instant)?
    /// Counts this one's writes: none is like another, so that a late one is not taken for the
    /// last.
    private var writes: Int64 = 0
    private let startedAt: Instant

    package init(name: String, now: Instant) {
        self.name = name
        startedAt = now
    }

    /// What to do now; to be asked each `ControlLimits.leasePeriod`.
    package mutating func next(now: Instant) -> Action {
        guard heardAt != nil, sent == nil else { return .read }
        guard let seen else {
            return write(fence: 1, now: now)
        }
        if seen.holder == name { return write(fence: seen.fence, now: now) }
        guard seen.holder.isEmpty || hasExpired(now: now) else { return .read }
        return write(fence: seen.fence + 1, now: now)
    }

    /// How to give it up; `nil` when it is not held.
    package mutating func release(now: Instant) -> Action? {
        guard let seen, seen.holder == name, isHeld(now: now) else { return nil }
        heldUntil = nil
        writes += 1
        return .write(Item(holder: "", fence: seen.fence, renewals: writes), over: seen)
    }

    private mutating func write(fence: Int64, now: Instant) -> Action {
        writes += 1
        let item = Item(holder: name, fence: fence, renewals: writes)
        sent = (item, now)
        return .write(item, over: seen)
    }

    // MARK: Answers

    /// The table showed this; `nil` when there is no such item.
    package mutating func read(_ item: Item?, now: Instant) {
        heardAt = now
        if let item, item == sent?.item, let at = sent?.at {
            // The answer to our write was lost, and it was done.
            heldUntil = at + ControlLimits.leaseSpan
        } else if item?.holder != name {
            heldUntil = nil
        }
        sent = nil
        guard item != seen || seenAt == nil else { return }
        seen = item
        seenAt = now
    }

    /// The write was done.
    package mutating func wrote(now: Instant) {
        guard let sent else { return }
        heardAt = now
        seen = sent.item
        seenAt = now
        heldUntil = sent.at + ControlLimits.leaseSpan
        self.sent = nil
    }

    /// Somebody else wrote before, or an earlier write of ours was done after all: a read tells.
    package mutating func refused(now: Instant) {
        heardAt = now
    }

    /// No answer. A write may have been done: a read tells, before the next one.
    package mutating func failed() {}

    // MARK: What is known

    package func isHeld(now: Instant) -> Bool {
        heldUntil.map { now < $0 } ?? false
    }

    /// Until when it is held; `nil` when it is not.
    package func held(now: Instant) -> Instant? {
        isHeld(now: now) ? heldUntil : nil
    }

    package var fence: Int64 { seen?.fence ?? 0 }

    /// Whether another one holds it and lives.
    package func ownerLives(now: Instant) -> Bool {
        guard let seen, !seen.holder.isEmpty, seen.holder != name else { return false }
        return !hasExpired(now: now)
    }

    /// The last that was seen to hold it.
    package var holder: String? { seen.flatMap { $0.holder.isEmpty ? nil : $0.holder } }

    /// For how long the table has not answered.
    package func silence(now: Instant) -> Duration {
        now - (heardAt ?? startedAt)
    }

    /// Whether it may be taken.
    package func isFree(now: Instant) -> Bool {
        heardAt != nil && sent == nil && (seen?.holder.isEmpty ?? true)
    }

    private func hasExpired(now: Instant) -> Bool {
        seenAt.map { now - $0 >= ControlLimits.leaseExpiry } ?? false
    }
}
