import Scaling
import Values

// Beside another aggregator.
extension ServiceController {
    /// What this aggregator is to the service from now on.
    package mutating func stands(_ standing: Standing, now: Instant) -> [ControlAction] {
        let wasSecond = self.standing.isSecond
        self.standing = standing
        guard wasSecond, !standing.isSecond else { return [] }
        // What waited for the owner waits no longer.
        if case .deferring = activity { activity = .idle }
        return decideAgain(now: now, sampledMs: nil)
    }

    /// When the call of an order may begin, asked last thing before it; `nil` when it may not any
    /// more.
    package func mayBegin(_ order: UpdateOrder, now: Instant) -> CallStart? {
        guard order.to < order.decision.from else { return CallStart(before: nil) }
        guard standing.allowsLowering(now: now) else { return nil }
        guard case .owner(let until) = standing else { return CallStart(before: nil) }
        return CallStart(before: until + (.zero - ControlLimits.writeWithin))
    }

    /// The wait for the owner to act first is over.
    package mutating func woke(now: Instant) -> [ControlAction] {
        guard case .deferring(let until) = activity else { return [] }
        guard now >= until else { return [.wake(after: until - now)] }
        return decideAgain(now: now, sampledMs: nil)
    }

    /// What a second one may raise to while the owner lives: what the load is worth as it stands,
    /// and no forecast of its own. What the two learnt may differ, and the count must not follow
    /// one and then the other.
    func restrainSecond(_ decision: inout Decision) {
        guard case .second(ownerLives: true) = standing, decision.to > decision.from,
            decision.inputs.mode != .steps
        else { return }
        let stands = Int(decision.inputs.demand.rounded(.up))
        let most = max(decision.from, stands, decision.inputs.minTasks)
        guard decision.to > most else { return }
        decision.to = most
        decision.constraints.insert(.second)
    }

    /// Whether a change that is none of ours is the other aggregator's.
    ///
    /// The second takes every change that its own load explains for the owner's; the owner takes
    /// for the second's what it would have raised to itself. What the second cannot explain may be
    /// a person's, and counts as such.
    func isPartners(from: Int, to: Int) -> Bool {
        guard standing.hasPartner else { return false }
        let wanted = lastDecision.map { max($0.to, $0.inputs.wanted) } ?? 0
        if to > from { return to <= wanted }
        return standing.isSecond && to > 0
    }
}

/// When a call may begin.
package struct CallStart: Equatable, Sendable {
    /// `nil` for no limit.
    package var before: Instant?
}
