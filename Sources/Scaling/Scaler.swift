import Telemetry

/// One service's decision state: reports and counts go in, a decision comes out.
///
/// A value that is given `now` and reads no clock. A report costs the same whatever the number of
/// tasks. Reports of one instant may come in any order: what they amount to is settled into
/// windows and averages when a decision is asked for, or time moves on.
package struct Scaler: Sendable {
    package private(set) var policy: ScalingPolicy
    let startedAt: Instant
    /// Never runs backwards, whatever the caller passes.
    private(set) var now: Instant
    private var table = TaskTable()
    /// Instead of the table, in a simulation.
    private var totals: FleetTotals?
    private(set) var counts: ServiceCounts?
    /// Raises and lowerings of the desired count, ours and others'.
    var raises: ChangeHistory
    var lowerings: ChangeHistory
    private(set) var launches: LaunchBudget?
    private(set) var starts = StartTimes()
    private(set) var schedules: ScheduleClock
    /// The counts wanted within the stabilization window.
    private(set) var wantedMax: SlidingMax<Int>
    private(set) var panicUntil: Instant?
    private var planners: [MetricPlanner]
    /// What the last accepted report left; later decisions see no more load than that.
    private var lastReading: FleetReading?
    private var lastReportAt: Instant?
    private var settledAt: Instant?
    /// What the state amounts to, from when it was settled until anything comes in.
    private(set) var settled: Settled?

    struct Settled: Sendable {
        let reading: FleetReading
        let plan: Plan?
    }

    package init(policy: ScalingPolicy, now: Instant) {
        self.policy = policy
        self.now = now
        startedAt = now
        raises = ChangeHistory(period: policy.scaleOut.limit.period)
        lowerings = ChangeHistory(period: policy.scaleIn.limit.period)
        launches = policy.scaleOut.launchRate.map { LaunchBudget($0, now: now) }
        schedules = ScheduleClock(policy.schedules)
        wantedMax = SlidingMax(window: policy.stabilization, resolution: .seconds(1))
        planners = Self.planners(policy, now: now)
    }

    private static func planners(_ policy: ScalingPolicy, now: Instant) -> [MetricPlanner] {
        guard case .learnt(let caution) = policy.sizing, case .target(let targets) = policy.rule
        else { return [] }
        return targets.filter(\.metric.isLearnable)
            .map { MetricPlanner($0, caution: caution, now: now) }
    }

    // MARK: What comes in

    /// Takes in a report of one of the service's tasks, and says what was done with it.
    package mutating func ingest(_ report: Report, now: Instant) -> IngestOutcome {
        advance(to: now)
        let startedBefore = table.startedCount
        let outcome = table.ingest(report, now: self.now)
        if table.startedCount > startedBefore {
            starts.started(1, now: self.now)
            noteRunning()
        }
        switch outcome {
        case .accepted: noteReading()
        case .forgotten: noteDraining()
        default: break
        }
        return outcome
    }

    /// Takes in the whole service's load at once, as if every task had just reported its share.
    package mutating func ingest(_ totals: FleetTotals, now: Instant) {
        advance(to: now)
        let started = totals.tasks - (self.totals?.tasks ?? totals.tasks)
        if started > 0 { starts.started(started, now: self.now) }
        self.totals = totals
        noteReading()
    }

    private mutating func noteDraining() {
        settled = nil
        let reading = currentReading()
        guard lastReportAt != now, let last = lastReading else {
            lastReading = reading
            return
        }
        lastReading = reading.capped(by: last)
        lastReading?.counted = reading.counted
    }

    private mutating func noteReading() {
        lastReading = currentReading()
        lastReportAt = now
        settled = nil
    }

    /// Takes in what ECS says: from the reconciler, or from our own accepted UpdateService.
    package mutating func update(_ counts: ServiceCounts, now: Instant) {
        advance(to: now)
        if let before = self.counts {
            let change = counts.desiredCount - before.desiredCount
            starts.desiredChanged(by: change, now: self.now)
            if change > 0 {
                raises.insert(change, now: self.now)
                launches?.take(change, now: self.now)
            }
            if change < 0 { lowerings.insert(-change, now: self.now) }
        }
        self.counts = counts
        settled = nil
        noteRunning()
    }

    /// Forbids changes of a direction, or allows them again.
    package mutating func pause(_ pause: Pause) {
        policy.pause = pause
    }

    /// Tells the wall clock, which schedules go by; to be told again now and then, as wall clocks
    /// are set. Without it no schedule holds.
    package mutating func setWallClock(unixMs: Int64, now: Instant) {
        advance(to: now)
        schedules.set(unixMs: unixMs, now: self.now)
    }

    /// The decision now; asked again without news, it is the same.
    package mutating func decide(now: Instant) -> Decision {
        advance(to: now)
        settle()
        let added = raises.tasks(now: self.now)
        let removed = lowerings.tasks(now: self.now)
        return decision(addedTasks: added, removedTasks: removed)
    }

    // MARK: Time

    /// Moves time on: what the last instant's reports amount to is settled first.
    private mutating func advance(to instant: Instant) {
        guard instant > now else { return }
        settle()
        settled = nil
        now = instant
        if totals == nil { table.expire(now: now, policy: policy.data) }
        noteRunning()
        schedules.advance(to: now)
    }

    private mutating func settle() {
        guard settled == nil, lastReportAt == now, let counts else { return }
        let reading = knownReading
        guard reading.hasQuorum(percent: policy.data.quorumPercent) else { return }
        // After a silence, only so much of it is what the new numbers stand for; settled again
        // within an instant, none.
        let seconds = min(1, settledAt.map { (now - $0).inSeconds } ?? 1)
        settledAt = now
        for index in planners.indices {
            planners[index].settle(
                reading, seconds: seconds, leadSeconds: leadSeconds, now: now)
        }
        let plan = plan(for: reading, counts)
        settled = Settled(reading: reading, plan: plan)
        guard let plan else { return }
        wantedMax.insert(plan.kept, at: now)
        if isPanic(plan, reading) { panicUntil = now + policy.panic.hold }
    }

    func isPanic(_ plan: Plan, _ reading: FleetReading) -> Bool {
        plan.mode != .steps && reading.counted > 0
            && plan.demand * 100 >= policy.panic.thresholdPercent * Double(reading.counted)
    }

    private mutating func noteRunning() {
        guard let counts else { return }
        starts.running(running(counts), desired: counts.desiredCount, now: now)
    }

    // MARK: What is known

    var leadSeconds: Double { starts.leadSeconds }

    /// Tasks that ECS runs, or that report before ECS was asked again.
    func running(_ counts: ServiceCounts) -> Int {
        max(counts.runningCount, totals?.tasks ?? table.fresh.count)
    }

    private func currentReading() -> FleetReading {
        if let totals { return FleetReading(totals) }
        return table.reading(runningCount: counts?.runningCount ?? table.fresh.count)
    }

    /// What is known now: no more load than the last report left.
    var knownReading: FleetReading {
        let reading = currentReading()
        guard lastReportAt != now, let lastReading else { return reading }
        return reading.capped(by: lastReading)
    }

    /// What the rule asks for; the metric that asks for most.
    func plan(for reading: FleetReading, _ counts: ServiceCounts) -> Plan? {
        switch policy.rule {
        case .steps(let steps):
            return steps.plan(reading, current: counts.desiredCount, floor: policy.minTasks)
        case .target(let targets):
            var most: Plan?
            for target in targets {
                guard let plan = plan(for: target, reading, counts) else { continue }
                if plan.planned > most?.planned ?? -1 { most = plan }
            }
            return most
        }
    }

    private func plan(
        for target: TargetMetric, _ reading: FleetReading, _ counts: ServiceCounts
    ) -> Plan? {
        // In place: a planner is a thousand numbers, and this is asked with each report.
        for index in planners.indices where planners[index].target == target {
            return planners[index].plan(reading, leadSeconds: leadSeconds)
        }
        var headroom = 0.0
        if case .fixed(let percent) = policy.sizing { headroom = percent }
        return FixedPlanner.plan(target, reading, headroomPercent: headroom)
    }
}
