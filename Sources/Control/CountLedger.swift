import Values

/// Which desired count is in force: ours, somebody else's, or none of what an old answer says.
///
/// ECS's reads are eventually consistent: for seconds, and up to some minutes, a look may still
/// show the count from before our own write. UpdateService has no condition either, so that anybody
/// may write at any time. A look is judged by what it shows:
///
/// | the look shows | it is |
/// | --- | --- |
/// | the count in force | confirmed |
/// | a count of ours whose call brought no answer that could be read | ours, now known |
/// | a count that was never in force lately | somebody else's, at once |
/// | an earlier count, but newer than our write by AWS's times | somebody else's, at once |
/// | an earlier count, by a description older than our write | stale |
/// | an earlier count; ours was confirmed for `spreadAfter` | somebody else's, at once |
/// | an earlier count; ours was confirmed less long | stale, for `resetStands` |
/// | an earlier count; ours was never seen | stale, for `staleFor` |
///
/// For example, we write 5 over 2. Looks show 2 for 15 s: stale, nothing is logged or written. They
/// show 5, and 40 s later 2 again: somebody set it back, and it is decided from 2 at once.
struct CountLedger: Sendable {
    enum Verdict: Equatable, Sendable {
        case found
        case asKnown
        case stale
        /// The call whose answer was lost had done its work.
        case ours(UpdateOrder)
        /// So had one that a newer order was written over meanwhile.
        case late(from: Int)
        case foreign(from: Int)
    }

    private struct Earlier: Sendable {
        let count: Int
        let endedAt: Instant
    }

    /// `nil` until ECS was heard.
    private(set) var inForce: Int?
    /// When the count in force became it, and since when looks show it.
    private var since = Instant(nanoseconds: 0)
    private var confirmedAt: Instant?
    /// By AWS's clock, how new the answer was that made it so.
    private var newestMs: Int64?
    private var deploymentsKnown: [String] = []
    private var earlier: [Earlier] = []
    /// Orders without an answer that can be read: ECS may have done them, or may still.
    private var lost: [UpdateOrder] = []
    /// The newest order that is known to be done.
    private var doneID = 0
    /// Since when looks show an earlier count, and which: it may be in force.
    private var doubtedAt: Instant?
    private(set) var doubted: Int?
    /// What others raised to while orders of ours were on their way.
    private var raisedByOthers: Int?
    /// What somebody else raised to, and an order of ours took away that was sent before.
    private(set) var owed: Int?

    /// The most that may be in force: no write is below it while that is not known.
    func most(now: Instant) -> Int {
        open(now: now).reduce(max(inForce ?? 0, doubted ?? 0)) { max($0, $1.to) }
    }

    /// Whether it is known which count is in force.
    func isSettled(now: Instant) -> Bool {
        doubtedAt == nil && !lost.contains { isOpen($0, now: now) }
    }

    mutating func look(
        _ description: ServiceDescription, askedAt: Instant, inFlight: UpdateOrder?, now: Instant
    ) -> Verdict {
        forget(now: now)
        let shown = description.desiredCount
        guard let inForce else {
            set(shown, by: description, confirmedAt: now, now: now)
            return .found
        }
        if shown == inForce {
            doubtedAt = nil
            doubted = nil
            // Asked before it was in force, it confirms nothing.
            if askedAt >= since { confirmedAt = confirmedAt ?? now }
            note(description)
            return .asKnown
        }
        if inFlight?.to == shown { return .stale }
        if let order = lost.last(where: { $0.to == shown }) {
            let isLate = order.id <= doneID
            settle(order)
            set(shown, by: description, confirmedAt: now, now: now)
            return isLate ? .late(from: inForce) : .ours(order)
        }
        // It was asked before the count in force was written: the next look says more.
        guard askedAt >= since else { return .stale }
        if earlier.contains(where: { $0.count == shown }), !isReset(description, now: now) {
            doubtedAt = doubtedAt ?? now
            doubted = shown
            return .stale
        }
        let isOnTheWay = inFlight != nil || lost.contains { isOpen($0, now: now) }
        raisedByOthers = isOnTheWay && shown > inForce ? shown : nil
        owed = nil
        set(shown, by: description, confirmedAt: now, now: now)
        return .foreign(from: inForce)
    }

    /// ECS took the order, and this is the service as it then is.
    mutating func accepted(_ order: UpdateOrder, _ description: ServiceDescription, now: Instant) {
        forget(now: now)
        settle(order)
        set(order.to, by: description, confirmedAt: nil, now: now)
    }

    /// ECS may have done it.
    mutating func lose(_ order: UpdateOrder) {
        lost.append(order)
        if lost.count > ControlLimits.earlierCountsMax { lost.removeFirst() }
    }

    /// Whether it describes a deployment that no description showed before.
    func hasNewDeployment(_ description: ServiceDescription) -> Bool {
        !deploymentsKnown.isEmpty
            && description.deployments.contains {
                $0.isPrimary && !deploymentsKnown.contains($0.id)
            }
    }

    // MARK: Parts

    /// An order that was done late may have taken away what somebody else raised to meanwhile.
    private mutating func settle(_ order: UpdateOrder) {
        if let raised = raisedByOthers, raised == inForce, raised > order.to { owed = raised }
        if let owed, order.to >= owed { self.owed = nil }
        raisedByOthers = nil
        doneID = max(doneID, order.id)
        lost.removeAll { $0.id == order.id }
    }

    private func open(now: Instant) -> [UpdateOrder] {
        lost.filter { isOpen($0, now: now) }
    }

    private func isOpen(_ order: UpdateOrder, now: Instant) -> Bool {
        order.id > doneID && now - order.sentAt < ControlLimits.spreadAfter
    }

    private mutating func set(
        _ count: Int, by description: ServiceDescription, confirmedAt: Instant?, now: Instant
    ) {
        if let inForce, inForce != count {
            earlier.removeAll { $0.count == inForce || $0.count == count }
            earlier.append(Earlier(count: inForce, endedAt: now))
            if earlier.count > ControlLimits.earlierCountsMax { earlier.removeFirst() }
        }
        inForce = count
        since = now
        self.confirmedAt = confirmedAt
        doubtedAt = nil
        doubted = nil
        newestMs = description.newestMs
        note(description)
    }

    private mutating func note(_ description: ServiceDescription) {
        for deployment in description.deployments
        where !deploymentsKnown.contains(deployment.id) {
            deploymentsKnown.append(deployment.id)
        }
        let surplus = deploymentsKnown.count - ControlLimits.deploymentsKnownMax
        if surplus > 0 { deploymentsKnown.removeFirst(surplus) }
    }

    private mutating func forget(now: Instant) {
        earlier.removeAll { now - $0.endedAt > ControlLimits.staleFor }
        lost.removeAll { now - $0.sentAt > ControlLimits.staleFor }
    }

    /// Whether an earlier count is in force again, rather than shown by an old answer.
    private func isReset(_ description: ServiceDescription, now: Instant) -> Bool {
        if now - since >= ControlLimits.staleFor { return true }
        if let newestMs, let shownMs = description.newestMs, shownMs != newestMs {
            return shownMs > newestMs
        }
        if hasNewDeployment(description) { return true }
        guard let confirmedAt else { return false }
        if now - confirmedAt >= ControlLimits.spreadAfter { return true }
        return doubtedAt.map { now - $0 >= ControlLimits.resetStands } ?? false
    }
}
