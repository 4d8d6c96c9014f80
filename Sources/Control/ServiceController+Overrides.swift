import Scaling
import Values

// What operators set.
extension ServiceController {
    /// Takes the place of an override of the same kind.
    package mutating func override(
        _ override: ServiceOverride, now: Instant
    ) -> Result<[ControlAction], OverrideRefusal> {
        if let refusal = overrides.refusal(of: override.setting, scaler.policy) {
            return .failure(refusal)
        }
        overrides.set(override)
        edition += 1
        applyOverrides()
        return .success(said(override, isOver: false) + decideAgain(now: now, sampledMs: nil))
    }

    /// Ends every pause that touches the direction.
    package mutating func resume(_ direction: PauseDirection, now: Instant) -> [ControlAction] {
        edition += 1
        return ended(overrides.resume(direction)) + decideAgain(now: now, sampledMs: nil)
    }

    /// Ends the overrides of a kind.
    package mutating func lift(_ kind: OverrideKind, now: Instant) -> [ControlAction] {
        edition += 1
        return ended(overrides.lift(kind)) + decideAgain(now: now, sampledMs: nil)
    }

    /// One from before a restart: announced before, and not again.
    mutating func restored(_ override: ServiceOverride) -> [ControlAction] {
        overrides.set(override)
        applyOverrides()
        return [.log(.overrideRestored(override))]
    }

    /// Those whose time is over: each aggregator knows, and one announces it.
    mutating func endOverrides(now: Instant) -> [ControlAction] {
        let actions = ended(overrides.end(now: now))
        if actions.isEmpty || standing.speaks { return actions }
        return actions.filter { if case .announce = $0 { false } else { true } }
    }

    /// Takes those of another aggregator in place of these; who heard the operator announced them.
    mutating func replaceOverrides(
        with others: [ServiceOverride], now: Instant
    ) -> [ControlAction] {
        let before = overrides.entries
        overrides = Overrides()
        for other in others { overrides.set(other) }
        applyOverrides()
        let after = overrides.entries
        let gone = before.filter { old in !after.contains { $0.isSame(as: old) } }
        let new = after.filter { new in !before.contains { $0.isSame(as: new) } }
        return gone.map { .log(.overrideEnded($0)) } + new.map { .log(.overridden($0)) }
            + decideAgain(now: now, sampledMs: nil)
    }

    private mutating func ended(_ overrides: [ServiceOverride]) -> [ControlAction] {
        guard !overrides.isEmpty else { return [] }
        applyOverrides()
        return overrides.flatMap { said($0, isOver: true) }
    }

    private func said(_ override: ServiceOverride, isOver: Bool) -> [ControlAction] {
        [
            .log(isOver ? .overrideEnded(override) : .overridden(override)),
            .announce(.overridden(override, isOver: isOver)), .persist,
        ]
    }

    private mutating func applyOverrides() {
        scaler.pause(overrides.pause)
        scaler.bound(floor: overrides.floor, ceiling: overrides.ceiling)
        isDryRun = overrides.dryRun ?? scaler.policy.dryRun
    }

    // MARK: Another configuration

    /// Takes another policy; overrides stay, and those that contradict it give way as schedules do.
    package mutating func configure(_ policy: ScalingPolicy, now: Instant) -> [ControlAction] {
        var policy = policy
        policy.data.countsMaxAge = scaler.policy.data.countsMaxAge
        scaler.configure(policy, now: now)
        if let counts { scaler.update(counts, now: now, isOurs: true) }
        if let wallMs = wallMs(now: now) { scaler.setWallClock(unixMs: wallMs, now: now) }
        applyOverrides()
        return decideAgain(now: now, sampledMs: nil)
    }
}
