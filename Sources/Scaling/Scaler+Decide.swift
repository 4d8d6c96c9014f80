import Values

extension Scaler {
    /// The decision from the state as it is; changes nothing.
    func decision(addedTasks: Int, removedTasks: Int) -> Decision {
        let reading = observer.reading(now: now)
        let from = counts?.desiredCount ?? 0
        var decision = Decision(
            from: from, to: from, inputs: inputs(reading), basis: .load,
            constraints: schedules.isActive ? .schedule : [])
        guard let counts else {
            decision.basis = .countsUnknown
            return decision
        }
        guard reading.hasQuorum(percent: policy.data.quorumPercent),
            let plan = plan(reading, counts)
        else {
            decision.basis = basis(withoutPlan: reading)
            applyBounds(to: &decision)
            limitRaise(&decision, panics: false, added: addedTasks)
            return decision
        }
        decision.inputs.note(plan)
        if plan.mode != .fixed && plan.mode != .steps {
            decision.inputs.leadTime = .milliseconds(Int64(leadSeconds * 1000))
        }
        decision.to = plan.wanted
        applyTolerance(to: &decision)
        applyBounds(to: &decision)
        let panics = isPanic(plan, reading) || panicUntil.map { now < $0 } ?? false
        if decision.to > from {
            limitRaise(&decision, panics: panics, added: addedTasks)
        } else if decision.to < from {
            limitLowering(&decision, reading, panics: panics, removed: removedTasks)
        }
        return decision
    }

    private func basis(withoutPlan reading: FleetReading) -> DecisionBasis {
        if reading.live == 0 { return .noReports }
        return reading.hasQuorum(percent: policy.data.quorumPercent) ? .metricUnknown : .noQuorum
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

    // MARK: Raising

    private func limitRaise(_ decision: inout Decision, panics: Bool, added: Int) {
        guard decision.to > decision.from, let counts else { return }
        // What min asks for is given whatever the cooldown.
        let least = max(decision.from, min(decision.to, decision.inputs.minTasks))
        if policy.pause.contains(.scaleOut) {
            return hold(&decision, at: decision.from, .scaleOutPaused)
        }
        let failing = starts.areFailing(
            running: running(counts), desired: counts.desiredCount,
            timeout: policy.scaleOut.startTimeout, now: now)
        if failing { return hold(&decision, at: decision.from, .failedStarts) }
        if !panics && raises.isCooling(now: now, cooldown: policy.scaleOut.cooldown) {
            return hold(&decision, at: least, .scaleOutCooldown)
        }
        let most = policy.scaleOut.limit.allowance(
            current: decision.from, changed: added, raising: true)
        limit(&decision, to: most, least: least, .scaleOutLimit)
        limit(&decision, to: policy.scaleOut.maxStep, least: least, .maxStep)
        limit(&decision, to: launches?.allowance(now: now), least: decision.from, .launchRate)
    }

    private func hold(
        _ decision: inout Decision, at count: Int, _ constraint: DecisionConstraints
    ) {
        decision.to = count
        decision.constraints.insert(constraint)
    }

    private func limit(
        _ decision: inout Decision, to most: Int?, least: Int, _ constraint: DecisionConstraints
    ) {
        guard let most, decision.to > decision.from + most else { return }
        hold(&decision, at: max(least, decision.from + most), constraint)
    }

    // MARK: Lowering

    private func limitLowering(
        _ decision: inout Decision, _ reading: FleetReading, panics: Bool, removed: Int
    ) {
        let wanted = decision.to
        if let constraint = lowerIsForbidden(reading, panics: panics) {
            return hold(&decision, at: decision.from, constraint)
        }
        if lowerings.isCooling(now: now, cooldown: policy.scaleIn.cooldown)
            || raises.isCooling(now: now, cooldown: policy.scaleIn.cooldown)
        {
            return hold(&decision, at: decision.from, .scaleInCooldown)
        }
        let kept = min(wantedMax.value(at: now) ?? wanted, decision.inputs.maxTasks)
        keep(&decision, kept, .stabilization)
        let trusted = wholeTasks(decision.inputs.planned * reading.warmUpFactor)
        keep(&decision, min(trusted, decision.inputs.maxTasks), .warmUp)
        let most = policy.scaleIn.limit.allowance(
            current: decision.from, changed: removed, raising: false)
        if let most { keep(&decision, decision.from - most, .scaleInLimit) }
        if let step = policy.scaleIn.maxStep { keep(&decision, decision.from - step, .maxStep) }
    }

    /// Does not go below that count.
    private func keep(
        _ decision: inout Decision, _ count: Int, _ constraint: DecisionConstraints
    ) {
        guard count > decision.to else { return }
        hold(&decision, at: min(decision.from, count), constraint)
    }

    /// What forbids any lowering now; `nil` when nothing does.
    private func lowerIsForbidden(
        _ reading: FleetReading, panics: Bool
    ) -> DecisionConstraints? {
        if !policy.scaleIn.enabled { return .scaleInDisabled }
        if policy.pause.contains(.scaleIn) { return .scaleInPaused }
        if counts?.deploymentInProgress != false { return .deployment }
        if !reading.isComplete { return .partialData }
        if now - startedAt < policy.scaleIn.afterRestart { return .restart }
        if panics { return .panic }
        return nil
    }

    // MARK: Numbers

    private func inputs(_ reading: FleetReading) -> DecisionInputs {
        let bounds = schedules.bounds(min: policy.minTasks, max: policy.maxTasks)
        return DecisionInputs(
            metric: policy.rule.firstMetric, load: 0, target: 0, demand: 0, planned: 0, wanted: 0,
            leadTime: nil, mode: .fixed, tasksLive: reading.live, tasksStale: reading.stale,
            tasksMissing: reading.missing, runningCount: counts?.runningCount ?? 0,
            pendingCount: counts?.pendingCount ?? 0, leakedBusy: reading.leaked,
            minTasks: bounds.min, maxTasks: bounds.max)
    }
}

extension DecisionInputs {
    fileprivate mutating func note(_ plan: Plan) {
        metric = plan.metric
        load = plan.load
        target = plan.target
        servedAtOnce = plan.servedAtOnce
        demand = plan.demand
        planned = plan.planned
        wanted = plan.wanted
        mode = plan.mode
    }
}
