import Scaling
import Values

/// What operators set over one service's configuration; each ends by itself.
///
/// At most one of a kind: a newer one takes the place of the older, and a pause that of the same
/// direction. So there are never more than six, and the order is that in which they were set.
package struct Overrides: Equatable, Sendable {
    package private(set) var entries: [ServiceOverride] = []

    package init() {}

    package var pauses: [ServiceOverride] { entries.filter { $0.kind == .pause } }

    var pause: Pause {
        entries.reduce(into: .none) { $0.formUnion($1.direction?.pause ?? .none) }
    }

    package var floor: Int? {
        for case .floor(let tasks) in entries.map(\.setting) { return tasks }
        return nil
    }

    package var ceiling: Int? {
        for case .ceiling(let tasks) in entries.map(\.setting) { return tasks }
        return nil
    }

    package var dryRun: Bool? {
        for case .dryRun(let isOn) in entries.map(\.setting) { return isOn }
        return nil
    }

    package mutating func set(_ override: ServiceOverride) {
        entries.removeAll { $0.kind == override.kind && $0.direction == override.direction }
        entries.append(override)
    }

    /// Takes out those that are over; gives them.
    mutating func end(now: Instant) -> [ServiceOverride] {
        entries.isEmpty ? [] : take { now >= $0.until }
    }

    /// Takes out every pause that touches the direction.
    mutating func resume(_ direction: PauseDirection) -> [ServiceOverride] {
        take { $0.direction.map { !$0.pause.isDisjoint(with: direction.pause) } ?? false }
    }

    mutating func lift(_ kind: OverrideKind) -> [ServiceOverride] {
        take { $0.kind == kind }
    }

    private mutating func take(_ isTaken: (ServiceOverride) -> Bool) -> [ServiceOverride] {
        let taken = entries.filter(isTaken)
        if !taken.isEmpty { entries.removeAll(where: isTaken) }
        return taken
    }
}

extension Overrides {
    /// Why a floor or a ceiling cannot be set beside the others and the configured bounds.
    func refusal(of setting: ServiceOverride.Setting, _ policy: ScalingPolicy) -> OverrideRefusal? {
        let tasks = 1...Limits.tasksMax
        switch setting {
        case .pause, .dryRun: return nil
        case .floor(let least):
            guard tasks.contains(least) else { return outOfRange("floor", least) }
            let most = ceiling ?? policy.maxTasks
            guard least > most else { return nil }
            let name = ceiling == nil ? "max" : "the ceiling"
            return OverrideRefusal(
                reason: "floor \(least) is above \(name) \(most): first set a ceiling of \(least)")
        case .ceiling(let most):
            guard tasks.contains(most) else { return outOfRange("ceiling", most) }
            let least = max(floor ?? 0, policy.minTasks)
            guard most < least else { return nil }
            let name = least == policy.minTasks ? "min" : "the floor"
            return OverrideRefusal(reason: "ceiling \(most) is below \(name) \(least)")
        }
    }

    private func outOfRange(_ name: String, _ tasks: Int) -> OverrideRefusal {
        OverrideRefusal(reason: "\(name) must be from 1 to \(Limits.tasksMax), not \(tasks)")
    }
}
