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
        applyOverrides()
        return .success(said(override, isOver: false) + decideAgain(now: now, sampledMs: nil))
    }

    /// Ends every pause that touches the direction.
    package mutating func resume(_ direction: PauseDirection, now: Instant) -> [ControlAction] {
        ended(overrides.resume(direction)) + decideAgain(now: now, sampledMs: nil)
    }

    /// Ends the overrides of a kind.
    package mutating func lift(_ kind: OverrideKind, now: Instant) -> [ControlAction] {
        ended(overrides.lift(kind)) + decideAgain(now: now, sampledMs: nil)
    }

    /// One from before a restart: announced before, and not again.
    mutating func restored(_ override: ServiceOverride) -> [ControlAction] {
        overrides.set(override)
        applyOverrides()
        return [.log(.overrideRestored(override))]
    }

    mutating func endOverrides(now: Instant) -> [ControlAction] {
        ended(overrides.end(now: now))
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
