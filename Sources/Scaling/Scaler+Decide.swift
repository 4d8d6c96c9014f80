import Telemetry

extension Scaler {
    /// The decision from the state as it is; changes nothing.
    func decision(addedTasks: Int, removedTasks: Int) -> Decision {
        let reading = knownReading
        var decision = Decision(
            from: counts?.desiredCount ?? 0, to: counts?.desiredCount ?? 0,
            inputs: DecisionInputs(reading, counts: counts, policy: policy), basis: .load,
            constraints: [])
        guard let counts else {
            decision.basis = .countsUnknown
            return decision
        }
        guard reading.hasQuorum(percent: policy.data.quorumPercent) else {
            decision.basis = reading.live == 0 ? .noReports : .noQuorum
            applyBounds(to: &decision)
            return decision
        }
        guard let plan = plan(for: reading, counts) else {
            decision.basis = .noReports
            applyBounds(to: &decision)
            return decision
        }
        decision.inputs.note(plan)
        decision.to = plan.wanted
        applyTolerance(to: &decision)
        applyBounds(to: &decision)
        if decision.to > decision.from {
            limitRaise(&decision, added: addedTasks)
        } else if decision.to < decision.from {
            limitLowering(&decision, reading, removed: removedTasks)
        }
        return decision
    }

    private func applyTolerance(to decision: inout Decision) {
        guard policy.tolerancePercent > 0, decision.from > 0 else { return }
        let ratio = decision.inputs.planned / Double(decision.from)
        if abs(ratio - 1) * 100 <= policy.tolerancePercent, decision.to != decision.from {
            decision.to = decision.from
            decision.constraints.insert(.tolerance)
        }
    }

    /// Min is kept without any load; max lowers only where lowering is allowed at all.
    private func applyBounds(to decision: inout Decision) {
        if decision.to < decision.inputs.minTasks {
            if decision.from < decision.inputs.minTasks { decision.constraints.insert(.min) }
            decision.to = decision.inputs.minTasks
        }
        if decision.to > decision.inputs.maxTasks {
            decision.to = decision.inputs.maxTasks
            decision.constraints.insert(.max)
        }
        if decision.basis != .load && decision.to < decision.from { decision.to = decision.from }
    }

    private func limitRaise(_ decision: inout Decision, added: Int) {
        let least = max(decision.from, min(decision.to, decision.inputs.minTasks))
        if policy.pause.contains(.scaleOut) {
            decision.constraints.insert(.scaleOutPaused)
            decision.to = decision.from
        } else if raises.isCooling(now: now, cooldown: policy.scaleOut.cooldown) {
            decision.constraints.insert(.scaleOutCooldown)
            decision.to = least
        } else if let most = policy.scaleOut.limit.allowance(
            current: decision.from, changed: added, raising: true),
            decision.to > decision.from + most
        {
            decision.constraints.insert(.scaleOutLimit)
            decision.to = max(least, decision.from + most)
        }
    }

    private func limitLowering(_ decision: inout Decision, _ reading: FleetReading, removed: Int) {
        let wanted = decision.to
        decision.to = decision.from
        if let reason = lowerIsForbidden(reading) {
            decision.constraints.insert(reason)
            return
        }
        if lowerings.isCooling(now: now, cooldown: policy.scaleIn.cooldown)
            || raises.isCooling(now: now, cooldown: policy.scaleIn.cooldown)
        {
            decision.constraints.insert(.scaleInCooldown)
            return
        }
        let kept = min(wantedMax.value(at: now) ?? wanted, decision.inputs.maxTasks)
        if kept > wanted { decision.constraints.insert(.stabilization) }
        decision.to = min(decision.from, max(wanted, kept))
        let most = policy.scaleIn.limit.allowance(
            current: decision.from, changed: removed, raising: false)
        if let most, decision.to < decision.from - most {
            decision.constraints.insert(.scaleInLimit)
            decision.to = decision.from - most
        }
    }

    /// What forbids any lowering now; `nil` when nothing does.
    private func lowerIsForbidden(_ reading: FleetReading) -> DecisionConstraints? {
        if !policy.scaleIn.enabled { return .scaleInDisabled }
        if policy.pause.contains(.scaleIn) { return .scaleInPaused }
        if counts?.deploymentInProgress != false { return .deployment }
        if !reading.isComplete { return .partialData }
        if now - startedAt < policy.scaleIn.stabilization { return .restart }
        if let newest = table.newestTaskAt, now - newest < policy.data.warmUp { return .warmUp }
        return nil
    }
}

extension DecisionInputs {
    init(_ reading: FleetReading, counts: ServiceCounts?, policy: ScalingPolicy) {
        metric = .busy
        load = 0
        target = 0
        demand = 0
        planned = 0
        wanted = 0
        leadTime = nil
        mode = .fixed
        tasksLive = reading.live
        tasksStale = reading.stale
        tasksMissing = reading.missing
        runningCount = counts?.runningCount ?? 0
        pendingCount = counts?.pendingCount ?? 0
        minTasks = policy.minTasks
        maxTasks = policy.maxTasks
    }

    mutating func note(_ plan: Plan) {
        metric = plan.metric
        load = plan.load
        target = plan.target
        demand = plan.demand
        planned = plan.planned
        wanted = plan.wanted
        mode = plan.mode
    }
}
