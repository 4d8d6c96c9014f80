import Scaling
import Values

// What outlives the program.
extension ServiceController {
    /// What is to be stored now.
    package func saved(now: Instant) -> SavedService {
        var saved = SavedService()
        saved.orders.overrides = pauses.map { SavedOverride($0) } + unknownOverrides
        saved.orders.lastChange =
            lastChange.map {
                SavedChange(from: $0.decision.from, to: $0.decision.to, wallMs: $0.wallMs)
            } ?? earlierChange
        saved.orders.holds = wallMs(now: now).map { savedHolds(wallMs: $0, now: now) } ?? []
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
        scaler.restore(saved.memory, elapsed: .milliseconds(max(0, wallMs - savedMs)), now: now)
        return restore(saved.orders, wallMs: wallMs, now: now)
    }

    /// Takes in what people ordered, and what was announced.
    package mutating func restore(
        _ orders: SavedOrders, wallMs: Int64, now: Instant
    ) -> [ControlAction] {
        earlierChange = orders.lastChange
        restoreHolds(orders.holds, wallMs: wallMs, now: now)
        var actions: [ControlAction] = []
        for override in orders.overrides where override.untilMs > wallMs {
            guard let pause = override.pause(wallMs: wallMs, now: now) else {
                unknownOverrides.append(override)
                continue
            }
            actions += restored(pause)
        }
        return actions
    }
}

extension SavedOverride {
    private static let pausePrefix = "pause."

    init(_ pause: ServicePause) {
        self.init(
            kind: Self.pausePrefix + pause.direction.rawValue, reason: pause.reason,
            untilMs: pause.untilMs)
    }

    /// `nil` when it is no pause.
    func pause(wallMs: Int64, now: Instant) -> ServicePause? {
        guard kind.hasPrefix(Self.pausePrefix),
            let direction = PauseDirection(
                rawValue: String(kind.dropFirst(Self.pausePrefix.count)))
        else { return nil }
        return ServicePause(
            direction: direction, reason: reason,
            until: now + .milliseconds(untilMs - wallMs), untilMs: untilMs)
    }
}
