import Telemetry
import Values

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
    private(set) var observer = FleetObserver()
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
    private var settledAt: Instant?
    /// What the rule asked for when the observer's reading was last settled.
    private var settledPlan: Plan?

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
        let startedBefore = observer.startedCount
        let outcome = observer.ingest(report, now: self.now)
        noteStarted(since: startedBefore)
        return outcome
    }

    /// Takes in the whole service's load at once, as if every task had just reported its share.
    package mutating func ingest(_ totals: FleetTotals, now: Instant) {
        advance(to: now)
        let startedBefore = observer.startedCount
        observer.ingest(totals, now: self.now)
        noteStarted(since: startedBefore)
    }

    private mutating func noteStarted(since before: Int) {
        guard observer.startedCount > before else { return }
        starts.started(observer.startedCount - before, now: now)
        noteRunning()
    }

    /// Takes in what ECS says: from the reconciler, or from our own accepted UpdateService.
    package mutating func update(_ counts: ServiceCounts, now: Instant) {
        advance(to: now)
        if let before = observer.counts {
            let change = counts.desiredCount - before.desiredCount
            starts.desiredChanged(by: change, now: self.now)
            if change > 0 {
                raises.insert(change, now: self.now)
                launches?.take(change, now: self.now)
            }
            if change < 0 { lowerings.insert(-change, now: self.now) }
        }
        observer.update(counts)
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
        now = instant
        observer.advance(to: now, policy: policy.data)
        noteRunning()
        schedules.advance(to: now)
    }

    private mutating func settle() {
        guard let counts,
            let reading = observer.settle(now: now, quorumPercent: policy.data.quorumPercent)
        else { return }
        // After a silence, only so much of it is what the new numbers stand for; settled again
        // within an instant, none.
        let seconds = min(1, settledAt.map { (now - $0).inSeconds } ?? 1)
        settledAt = now
        for index in planners.indices {
            planners[index].settle(
                reading, seconds: seconds, leadSeconds: leadSeconds, now: now)
        }
        let plan = plan(for: reading, counts)
        settledPlan = plan
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

    var counts: ServiceCounts? { observer.counts }

    /// Tasks that ECS runs, or that report before ECS was asked again.
    func running(_ counts: ServiceCounts) -> Int {
        max(counts.runningCount, observer.reporting)
    }

    /// What the rule asks for now; what was settled is not planned again.
    func plan(_ reading: FleetReading, _ counts: ServiceCounts) -> Plan? {
        observer.settled != nil ? settledPlan : plan(for: reading, counts)
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
