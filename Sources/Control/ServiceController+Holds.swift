import Scaling
import Values

extension ServiceController {
    /// What keeps the service from being scaled as its load asks.
    func activeHolds(now: Instant) -> Set<ControlHold> {
        var active: Set<ControlHold> = []
        if isDaemon { active.insert(.daemon) }
        if rivalry.contestedSince != nil { active.insert(.contested) }
        if rivalry.undoneRaisesSince != nil { active.insert(.undone) }
        if standing == .former || standing == .second(ownerLives: false) {
            active.insert(.noLease)
        }
        if isAutoScaled { active.insert(.autoScaling) }
        switch deployment.state {
        case .none: break
        case .inProgress: active.insert(.deploymentLasts)
        case .failed: active.insert(.deploymentFailed)
        }
        if counts != nil, looks.isTooOld(now: now) { active.insert(.countsOld) }
        if clocks.worst?.isSynchronized == false { active.insert(.clock) }
        guard let decision = lastDecision, counts != nil else { return active }
        if decision.inputs.tasks.saturated > 0 { active.insert(.saturated) }
        if decision.inputs.tasks.strangers > 0 { active.insert(.strangers) }
        let constraints = decision.constraints
        if constraints.contains(.switchedOff) { active.insert(.switchedOff) }
        if constraints.contains(.max) { active.insert(.atMax) }
        if constraints.contains(.failedStarts) { active.insert(.startsFail) }
        let isPartial = decision.basis == .noQuorum || decision.basis == .noReports
        if constraints.contains(.partialData) || isPartial { active.insert(.partialData) }
        return active
    }

    /// Those that last, as a person reads them now.
    package func holdNotices(now: Instant) -> [HoldNotice] {
        holds.current(facts, wallMs: wallMs(now: now) ?? 0, now: now)
    }

    var facts: HoldFacts {
        guard let inputs = lastDecision?.inputs else { return HoldFacts() }
        return HoldFacts(
            desired: counts?.desiredCount ?? 0, max: inputs.maxTasks, wanted: inputs.wanted,
            live: inputs.tasksLive, missing: inputs.tasksMissing + inputs.tasksStale,
            saturated: inputs.tasks.saturated, strangers: inputs.tasks.strangers,
            clockErrorMs: clocks.worst?.errorMs ?? 0)
    }
}
