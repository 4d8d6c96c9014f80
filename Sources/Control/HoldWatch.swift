import Values

/// What keeps a service from being scaled as its load asks, for longer than a moment.
package enum ControlHold: String, CaseIterable, Sendable {
    /// ECS has no desired count to set, as the service runs one task an instance.
    case daemon
    /// Somebody else set the desired count to 0.
    case switchedOff
    /// Somebody else raises again and again what we lower.
    case contested
    /// Somebody else lowers again and again what we raise.
    case undone
    /// Application Auto Scaling changes the same count.
    case autoScaling
    case deploymentFailed
    case deploymentLasts
    /// ECS does not say the counts any more.
    case countsOld
    /// No aggregator is known to hold the lease, without which none lowers.
    case noLease
    case atMax
    case startsFail
    case partialData
    // What a person should know, though it holds nothing up by itself.
    case saturated
    case strangers
    case clock

    /// How long it lasts before it is announced: many pass on their own.
    var announcedAfter: Duration {
        switch self {
        case .daemon, .switchedOff, .contested, .undone, .autoScaling, .deploymentFailed,
            .startsFail:
            .zero
        case .countsOld, .noLease: .seconds(30)
        case .atMax, .saturated, .strangers, .clock: .seconds(60)
        case .partialData: .seconds(300)
        case .deploymentLasts: .seconds(3_600)
        }
    }
}

/// A hold that began or ended, as log, metrics and subscribers read it.
package struct HoldNotice: Equatable, Sendable {
    package let hold: ControlHold
    package let isOver: Bool
    /// Unix milliseconds.
    package let sinceMs: Int64
    /// What is, and why.
    package let reason: String
    /// What happens next, or what to do.
    package let next: String

    package init(hold: ControlHold, isOver: Bool, sinceMs: Int64, reason: String, next: String) {
        self.hold = hold
        self.isOver = isOver
        self.sinceMs = sinceMs
        self.reason = reason
        self.next = next
    }
}

/// Shows each hold while it lasts, and announces it once, and once more when it ends.
///
/// One that comes and goes is shown each time, and announced again no sooner than
/// `ControlLimits.holdRepeatedAfter` after it was announced last: whoever reads the messages knows
/// of it.
struct HoldWatch: Sendable {
    private struct Entry: Sendable {
        let since: Instant
        /// It has lasted long enough to be shown.
        var isShown = false
        var isAnnounced = false
        /// Announced before a restart, and not seen since: until when it does not count as over.
        var unseenUntil: Instant?
    }

    private var entries: [ControlHold: Entry] = [:]
    /// When each was last announced.
    private var announcedAt: [ControlHold: Instant] = [:]

    /// Those that last.
    var shown: [ControlHold] {
        ControlHold.allCases.filter { entries[$0]?.isShown == true }
    }

    /// What is to be said of them now.
    func current(_ facts: HoldFacts, wallMs: Int64, now: Instant) -> [HoldNotice] {
        shown.compactMap { hold in
            entries[hold].map {
                notice(hold, $0, facts, isOver: false, wallMs: wallMs, now: now)
            }
        }
    }

    /// `wallMs` is the wall clock at `now`. Gives what to announce.
    mutating func update(
        _ active: Set<ControlHold>, facts: HoldFacts, wallMs: Int64, now: Instant
    ) -> [HoldNotice] {
        guard !(active.isEmpty && entries.isEmpty) else { return [] }
        var notices: [HoldNotice] = []
        for hold in ControlHold.allCases {
            if active.contains(hold) {
                var entry = entries[hold] ?? Entry(since: now)
                entry.unseenUntil = nil
                if now - entry.since >= hold.announcedAfter { entry.isShown = true }
                if entry.isShown, !entry.isAnnounced, !isRepeated(hold, now: now) {
                    entry.isAnnounced = true
                    announcedAt[hold] = now
                    notices.append(
                        notice(hold, entry, facts, isOver: false, wallMs: wallMs, now: now))
                }
                entries[hold] = entry
            } else if let until = entries[hold]?.unseenUntil, now < until {
                continue
            } else if let entry = entries.removeValue(forKey: hold), entry.isAnnounced {
                notices.append(notice(hold, entry, facts, isOver: true, wallMs: wallMs, now: now))
            }
        }
        return notices
    }

    /// What was announced and is not over.
    func saved(wallMs: Int64, now: Instant) -> [SavedHold] {
        ControlHold.allCases.compactMap { hold in
            guard let entry = entries[hold], entry.isAnnounced else { return nil }
            return SavedHold(
                hold: hold.rawValue, sinceMs: wallMs - (now - entry.since).wholeMilliseconds)
        }
    }

    /// What was announced before a restart is not announced again. Soon after the start too little
    /// is known to say that it is over.
    mutating func restore(_ saved: [SavedHold], wallMs: Int64, now: Instant) {
        for entry in saved {
            guard let hold = ControlHold(rawValue: entry.hold) else { continue }
            let lasted = Duration.milliseconds(max(0, wallMs - entry.sinceMs))
            entries[hold] = Entry(
                since: now + (.zero - lasted), isShown: true, isAnnounced: true,
                unseenUntil: now + ControlLimits.holdsSeenWithin)
        }
    }

    private func isRepeated(_ hold: ControlHold, now: Instant) -> Bool {
        announcedAt[hold].map { now - $0 < ControlLimits.holdRepeatedAfter } ?? false
    }

    private func notice(
        _ hold: ControlHold, _ entry: Entry, _ facts: HoldFacts, isOver: Bool, wallMs: Int64,
        now: Instant
    ) -> HoldNotice {
        let lasted = (now - entry.since).wholeMilliseconds
        return HoldNotice(
            hold: hold, isOver: isOver, sinceMs: wallMs - lasted,
            reason: isOver ? hold.endWords : hold.words(facts),
            next: isOver ? hold.nextWhenOver : hold.next)
    }
}
