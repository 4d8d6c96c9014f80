import Values

extension Scaler {
    /// The decision from the state as it is; changes nothing.
    ///
    /// `outGrowth` and `inGrowth` are by how much the count grew within the period of the limit of
    /// a raise, and of a lowering; asked for before the call, within which Swift would copy the
    /// whole state for `self`.
    func decision(outGrowth: Int, inGrowth: Int) -> Decision {
        let reading = reading
        let from = counts?.desiredCount ?? 0
        var bounds = schedules.bounds(min: policy.minTasks, max: policy.maxTasks)
        bounds.override(floor: policy.floor, ceiling: policy.ceiling)
        var decision = Decision(
            from: from, to: from, inputs: inputs(reading, bounds), basis: .load,
            constraints: schedules.isActive ? .schedule : [])
        if policy.floor != nil || policy.ceiling != nil { decision.constraints.insert(.overridden) }
        guard let counts else {
            decision.basis = .countsUnknown
            return decision
        }
        if isSwitchedOff {
            hold(&decision, at: 0, .switchedOff)
            return decision
        }
        if bounds.minIsAboveMax { decision.constraints.insert(.minAboveMax) }
        // Less than a quorum raises by what it knows, and lowers nothing.
        guard let plan = plan(reading, counts), reading.isQuorate || plan.wanted > from else {
            decision.basis = basis(withoutPlan: reading)
            applyBounds(to: &decision)
            limitRaise(&decision, panics: false, growth: outGrowth)
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
            limitRaise(&decision, panics: panics, growth: outGrowth)
        } else if decision.to < from {
            limitLowering(&decision, reading, panics: panics, growth: inGrowth)
        }
        return decision
    }

    private func basis(withoutPlan reading: FleetReading) -> DecisionBasis {
        if reading.tasks.live == 0 { return .noReports }
        return reading.isQuorate ? .metricUnknown : .noQuorum
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
        if decision.to < 1, decision.from > 0, !schedules.canRaiseFromZero {
            // Without a task no report comes that could bring one back.
            decision.to = 1
            decision.constraints.insert(.lastTask)
        }
        if decision.basis != .load && decision.to < decision.from { decision.to = decision.from }
    }

    // MARK: Raising

    /// What holds a raise back. A person's pause holds all of it. Min and schedules wait for
    /// nothing else; a panic waits neither for the cooldown nor for tasks ordered before; and what
    /// ran at the begin of the limit's period is no growth.
    private func limitRaise(_ decision: inout Decision, panics: Bool, growth: Int) {
        guard decision.to > decision.from else { return }
        let least = max(decision.from, min(decision.to, decision.inputs.minTasks))
        if policy.pause.contains(.scaleOut) {
            return hold(&decision, at: decision.from, .scaleOutPaused)
        }
        guard decision.to > least else { return }
        if !panics && starts.holdsRaise(now: now) {
            return hold(&decision, at: least, .failedStarts)
        }
        if !panics && isCooling(outChanges.raisedAt, now: now, cooldown: policy.scaleOut.cooldown) {
            return hold(&decision, at: least, .scaleOutCooldown)
        }
        let begin = decision.from - growth
        limit(&decision, to: policy.scaleOut.limit.most(begin: begin), least, .scaleOutLimit)
        let step = policy.scaleOut.maxStep.map { max(begin, decision.from + $0) }
        limit(&decision, to: step, least, .maxStep)
        let launches = launches.map { decision.from + $0.allowance(now: now) }
        limit(&decision, to: launches, least, .launchRate)
    }

    private func hold(
        _ decision: inout Decision, at count: Int, _ constraint: DecisionConstraints
    ) {
        decision.to = count
        decision.constraints.insert(constraint)
    }

    private func limit(
        _ decision: inout Decision, to most: Int?, _ least: Int, _ constraint: DecisionConstraints
    ) {
        guard let most, decision.to > most else { return }
        hold(&decision, at: max(least, most), constraint)
    }

    // MARK: Lowering

    private func limitLowering(
        _ decision: inout Decision, _ reading: FleetReading, panics: Bool, growth: Int
    ) {
        let wanted = decision.to
        if let constraint = lowerIsForbidden(reading, panics: panics) {
            return hold(&decision, at: decision.from, constraint)
        }
        let cooldown = policy.scaleIn.cooldown
        if isCooling(inChanges.loweredAt, now: now, cooldown: cooldown)
            || isCooling(inChanges.raisedAt, now: now, cooldown: cooldown)
        {
            return hold(&decision, at: decision.from, .scaleInCooldown)
        }
        // A plan is a mean of seconds: load that just came back is above it.
        let window = max(wantedMax.value(at: now) ?? wanted, wholeTasks(decision.inputs.demand))
        let kept = min(window, decision.inputs.maxTasks)
        keep(&decision, kept, .stabilization)
        keep(&decision, foundMax.value(at: now) ?? 0, .found)
        let trusted = wholeTasks(decision.inputs.planned * reading.warmUpFactor)
        keep(&decision, min(trusted, decision.inputs.maxTasks), .warmUp)
        let whole = wholeTasks(reading.wholeOfUnknown(decision.inputs.planned))
        keep(&decision, min(whole, decision.inputs.maxTasks), .partialData)
        if let least = policy.scaleIn.limit.least(begin: decision.from - growth) {
            keep(&decision, least, .scaleInLimit)
        }
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
        if countsAt.map({ now - $0 > policy.data.countsMaxAge }) ?? true { return .countsOld }
        if reading.tasks.saturated > 0 { return .saturated }
        if !reading.isKnownEnough { return .partialData }
        if !policy.rule.isKnown(in: reading) { return .metricUnknown }
        if now - startedAt < policy.scaleIn.afterRestart { return .restart }
        if panics { return .panic }
        if collapse.holds(now: now) { return .collapse }
        return nil
    }

    // MARK: Numbers

    private func inputs(
        _ reading: FleetReading, _ bounds: ScheduledBounds
    ) -> DecisionInputs {
        DecisionInputs(
            metric: policy.rule.firstMetric, load: 0, target: 0, demand: 0, planned: 0, wanted: 0,
            leadTime: nil, mode: .fixed, tasks: reading.tasks,
            runningCount: counts?.runningCount ?? 0, pendingCount: counts?.pendingCount ?? 0,
            leakedBusy: reading.leaked, standingBusy: reading.standing,
            overstatedBusy: reading.overstated,
            minTasks: bounds.min, maxTasks: bounds.max)
    }
}

extension DecisionInputs {
    fileprivate mutating func note(_ plan: Plan) {
        metric = plan.metric
        load = plan.load
        target = plan.target
        average = plan.average
        servedAtOnce = plan.servedAtOnce
        demand = plan.demand
        planned = plan.planned
        wanted = plan.wanted
        mode = plan.mode
        leading = plan.leading
    }
}

extension ScalingPolicy.Rule {
    /// Whether each of its metrics says something: what is not known lowers nothing.
    fileprivate func isKnown(in reading: FleetReading) -> Bool {
        switch self {
        case .steps: true
        case .target(let targets):
            targets.allSatisfy { target in
                // Without a request there is no time in service, and none is needed.
                target.metric == .timeInService || reading.level(of: target.metric) != nil
            }
        }
    }
}
