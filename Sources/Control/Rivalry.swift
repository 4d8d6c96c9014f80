import Values

/// Whether somebody else sets back what we change, again and again.
///
/// Two masters on one count make it flap, and neither wins: each undoes the other. Raising goes on,
/// as customers need it; lowering is what can wait. For example, we lower 4 to 1 and a minute later
/// it is 4 again, three times within an hour: nothing is lowered for half an hour. Then one
/// lowering is tried. When it is undone too, nothing is lowered for an hour, and so on up to a day.
/// When it stands for ten minutes, the contest is over.
struct Rivalry: Sendable {
    private enum Contest: Sendable {
        case none
        case on(since: Instant, until: Instant, hold: Duration)
    }

    private var contest = Contest.none
    /// Our last change of each direction that nobody undid yet.
    private var loweredAt: Instant?
    private var raisedAt: Instant?
    private var raisedBack: [Instant] = []
    private var loweredBack: [Instant] = []
    private var undoneSince: Instant?

    /// Since when nothing is lowered for it, or would not be but for a try.
    var contestedSince: Instant? {
        if case .on(let since, _, _) = contest { since } else { nil }
    }

    /// Since when somebody else lowers again and again what we raised.
    var undoneRaisesSince: Instant? { undoneSince }

    func forbidsLowering(now: Instant) -> Bool {
        if case .on(_, let until, _) = contest { now < until } else { false }
    }

    mutating func changed(from: Int, to: Int, now: Instant) {
        if to < from { loweredAt = now } else { raisedAt = now }
    }

    mutating func foreign(from: Int, to: Int, now: Instant) {
        if to > from {
            guard let at = loweredAt.take(), now - at < ControlLimits.answerWithin else { return }
            Self.note(&raisedBack, now: now)
            guard case .on(let since, _, let hold) = contest else {
                guard raisedBack.count >= ControlLimits.strikesMax else { return }
                let hold = ControlLimits.contestHoldMin
                contest = .on(since: now, until: now + hold, hold: hold)
                return
            }
            let longer = min(hold * 2, ControlLimits.contestHoldMax)
            contest = .on(since: since, until: now + longer, hold: longer)
        } else if to < from {
            guard let at = raisedAt.take(), now - at < ControlLimits.answerWithin else { return }
            Self.note(&loweredBack, now: now)
            if loweredBack.count >= ControlLimits.strikesMax { undoneSince = undoneSince ?? now }
        }
    }

    mutating func advance(to now: Instant) {
        if case .on(_, let until, _) = contest, now >= until {
            let stands = loweredAt.map { now - $0 >= ControlLimits.answerWithin } ?? false
            // Nothing to lower, and nobody at it: over as well.
            if stands || now - until >= ControlLimits.strikesWithin {
                contest = .none
                raisedBack = []
            }
        }
        if let last = loweredBack.last, now - last >= ControlLimits.strikesWithin {
            loweredBack = []
            undoneSince = nil
        }
    }

    private static func note(_ strikes: inout [Instant], now: Instant) {
        strikes.removeAll { now - $0 > ControlLimits.strikesWithin }
        strikes.append(now)
    }
}
