import Scaling
import Values

// What outlives the program.
extension ServiceController {
    /// What was learnt until now; `nil` before the wall clock is known.
    package func learnt(now: Instant) -> SavedLearning? {
        wallMs(now: now).map { SavedLearning(bytes: scaler.knowledge(unixMs: $0)) }
    }

    /// What is to be stored now, besides what was learnt.
    package func saved(now: Instant) -> SavedService {
        var saved = SavedService()
        saved.orders.overrides =
            overrides.entries.map { SavedOverride($0) } + unknownOverrides
        saved.orders.edition = edition
        saved.orders.lastChange =
            lastChange.map {
                SavedChange(from: $0.decision.from, to: $0.decision.to, wallMs: $0.wallMs)
            } ?? earlierChange
        saved.orders.holds = wallMs(now: now).map { holds.saved(wallMs: $0, now: now) } ?? []
        saved.memory = scaler.memory(now: now)
        return saved
    }

    /// Takes in what was stored at `savedMs`; both moments of the wall clock in Unix milliseconds.
    ///
    /// A wall clock that was set back lets nothing be older than it is, and one that was set
    /// forward ends windows early: what runs at the start is kept for a whole window all the same.
    package mutating func restore(
        _ saved: SavedService, savedMs: Int64, wallMs: Int64, now: Instant
    ) -> [ControlAction] {
        var actions: [ControlAction] = []
        if let learnt = saved.learnt {
            do throws(KnowledgeError) {
                try scaler.takeKnowledge(learnt.bytes, unixMs: wallMs, now: now)
            } catch {
                actions.append(.log(.learntRefused(reason: "\(error)")))
            }
        }
        scaler.restore(saved.memory, elapsed: .milliseconds(max(0, wallMs - savedMs)), now: now)
        return actions + restore(saved.orders, wallMs: wallMs, now: now)
    }

    /// Takes in what people ordered, and what was announced.
    package mutating func restore(
        _ orders: SavedOrders, wallMs: Int64, now: Instant
    ) -> [ControlAction] {
        earlierChange = orders.lastChange ?? earlierChange
        holds.restore(orders.holds, wallMs: wallMs, now: now)
        edition = max(edition, orders.edition)
        var actions: [ControlAction] = []
        for override in orders.overrides where override.untilMs > wallMs {
            guard let known = override.known(wallMs: wallMs, now: now) else {
                unknownOverrides.append(override)
                continue
            }
            actions += restored(known)
        }
        return actions
    }

    /// Orders that operators gave to another aggregator, when they are newer than those here.
    package mutating func adopt(
        _ orders: SavedOrders, wallMs: Int64, now: Instant
    ) -> [ControlAction] {
        guard orders.edition > edition else { return [] }
        edition = orders.edition
        let inForce = orders.overrides.filter { $0.untilMs > wallMs }
        let known = inForce.map { $0.known(wallMs: wallMs, now: now) }
        unknownOverrides = zip(inForce, known).filter { $0.1 == nil }.map(\.0)
        return replaceOverrides(with: known.compactMap { $0 }, now: now)
    }
}

extension SavedOverride {
    init(_ override: ServiceOverride) {
        let (kind, count): (String, Int?) =
            switch override.setting {
            case .pause(let direction): ("pause.\(direction.rawValue)", nil)
            case .floor(let tasks): ("floor", tasks)
            case .ceiling(let tasks): ("ceiling", tasks)
            case .dryRun(let isOn): ("dryRun.\(isOn ? "on" : "off")", nil)
            }
        self.init(
            kind: kind, count: count, reason: override.reason, untilMs: override.untilMs)
    }

    /// `nil` when a later version wrote it.
    func known(wallMs: Int64, now: Instant) -> ServiceOverride? {
        setting.map {
            ServiceOverride(
                $0, reason: reason, until: now + .milliseconds(untilMs - wallMs),
                untilMs: untilMs)
        }
    }

    private var setting: ServiceOverride.Setting? {
        let tasks = count.flatMap { (1...Limits.tasksMax).contains($0) ? $0 : nil }
        switch kind {
        case "pause.both": return .pause(.both)
        case "pause.out": return .pause(.out)
        case "pause.in": return .pause(.in)
        case "floor": return tasks.map { .floor($0) }
        case "ceiling": return tasks.map { .ceiling($0) }
        case "dryRun.on": return .dryRun(true)
        case "dryRun.off": return .dryRun(false)
        default: return nil
        }
    }
}
