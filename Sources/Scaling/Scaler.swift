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
    private(set) var observer: FleetObserver
    private(set) var countsAt: Instant?
    /// Changes of the desired count, ours and others', for the limits of a raise and of a lowering.
    var outChanges: ChangeHistory
    var inChanges: ChangeHistory
    private(set) var launches: LaunchBudget?
    var starts: StartTimes
    private(set) var schedules: ScheduleClock
    /// The counts wanted within the stabilization window.
    var wantedMax: SlidingMax<Int>
    /// Counts that were found, not wanted by us, within the stabilization window: at the start,
    /// after a silence, and what somebody else raised to.
    var foundMax: SlidingMax<Int>
    /// Somebody else set the desired count to 0.
    private(set) var isSwitchedOff = false
    /// The desired count of the last decision.
    private var lastTo: Int?
    private(set) var collapse = DemandCollapse()
    private var arrivals = Arrivals()
    private(set) var panicUntil: Instant?
    private var planners: [MetricPlanner]
    private var settledAt: Instant?
    /// What the rule asked for when the observer's reading was last settled.
    private var settledPlan: Plan?

    package init(policy: ScalingPolicy, now: Instant) {
        self.policy = policy
        self.now = now
        startedAt = now
        observer = FleetObserver(policy)
        outChanges = ChangeHistory(period: policy.scaleOut.limit.period)
        inChanges = ChangeHistory(period: policy.scaleIn.limit.period)
        starts = StartTimes(timeout: policy.scaleOut.startTimeout)
        launches = policy.scaleOut.launchRate.map { LaunchBudget($0, now: now) }
        schedules = ScheduleClock(policy.schedules)
        wantedMax = SlidingMax(window: policy.stabilization, resolution: .seconds(1))
        foundMax = wantedMax
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
    package mutating func ingest(
        _ report: Report, standing: TaskStanding = .unverified, now: Instant
    ) -> IngestOutcome {
        advance(to: now)
        let startedBefore = observer.startedCount
        let outcome = observer.ingest(report, standing: standing, now: self.now)
        noteStarted(since: startedBefore)
        return outcome
    }

    /// A task's agent was heard, though its report was not read: it was asked to wait.
    package mutating func heard(_ taskARN: String, now: Instant) {
        advance(to: now)
        observer.hear(taskARN, now: self.now)
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

    /// Takes in what ECS says.
    ///
    /// `isOurs` says whether our own UpdateService made the desired count what it is; `nil` finds
    /// out by what was decided last.
    package mutating func update(_ counts: ServiceCounts, now: Instant, isOurs: Bool? = nil) {
        advance(to: now)
        let before = observer.counts?.desiredCount
        observer.update(counts, now: self.now)
        countsAt = self.now
        if let before {
            noteChange(of: counts, from: before, isOurs: isOurs)
        } else {
            noteFound(counts)
            isSwitchedOff = counts.desiredCount == 0 && policy.minTasks > 0
        }
        noteRunning()
    }

    private mutating func noteChange(of counts: ServiceCounts, from: Int, isOurs: Bool?) {
        let change = counts.desiredCount - from
        guard change != 0 else { return }
        starts.desiredChanged(by: change, running: running(counts), now: now)
        outChanges.insert(change, now: now)
        inChanges.insert(change, now: now)
        if change > 0 { launches?.take(change, now: now) }
        let isForeign = !(isOurs ?? (counts.desiredCount == lastTo || isStep(from, counts)))
        if change > 0 && isForeign { noteFound(counts) }
        isSwitchedOff = counts.desiredCount == 0 && (isForeign || policy.minTasks > 0)
    }

    private mutating func noteFound(_ counts: ServiceCounts) {
        guard policy.stabilization > .zero else { return }
        foundMax.insert(counts.desiredCount, at: now)
    }

    /// Whether a raise is no more than was decided.
    private func isStep(_ from: Int, _ counts: ServiceCounts) -> Bool {
        guard let lastTo else { return false }
        return counts.desiredCount > from && counts.desiredCount < lastTo
    }

    /// Forbids changes of a direction, or allows them again.
    package mutating func pause(_ pause: Pause) {
        policy.pause = pause
    }

    /// What an operator sets over the bounds; `nil` leaves them to policy and schedules.
    package mutating func bound(floor: Int?, ceiling: Int?) {
        policy.floor = floor
        policy.ceiling = ceiling
    }

    /// Takes another policy. What was learnt stays, unless the rule, the data, or a window that is
    /// measured over is another: then it begins again, as after a restart, and ECS's counts are to
    /// be given again.
    package mutating func configure(_ policy: ScalingPolicy, now: Instant) {
        advance(to: now)
        guard self.policy.measuresLike(policy) else {
            self = Scaler(policy: policy, now: self.now)
            return
        }
        if policy.schedules != self.policy.schedules {
            schedules = ScheduleClock(policy.schedules)
        }
        self.policy = policy
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
        let growth = (outChanges.growth(now: self.now), inChanges.growth(now: self.now))
        let decision = decision(outGrowth: growth.0, inGrowth: growth.1)
        lastTo = decision.to
        return decision
    }

    // MARK: Time

    /// Moves time on: what the last instant's reports amount to is settled first.
    private mutating func advance(to instant: Instant) {
        guard instant > now else { return }
        settle()
        observer.advance(from: now, to: instant)
        now = instant
        noteRunning()
        schedules.advance(to: now)
    }

    private mutating func settle() {
        guard let counts, var reading = observer.settle(now: now) else { return }
        reading.usual = arrivals.usual(isNew: true)
        let plan: Plan?
        if reading.isQuorate {
            plan = learn(reading, counts)
        } else {
            plan = self.plan(for: reading, counts)
        }
        settledPlan = plan
        guard let plan, reading.isQuorate else { return }
        wantedMax.insert(plan.kept, at: now)
        if isPanic(plan, reading) { panicUntil = now + policy.panic.hold }
    }

    /// Takes a reading that a quorum stands for into averages and forecasts, and plans by it.
    private mutating func learn(_ reading: FleetReading, _ counts: ServiceCounts) -> Plan? {
        // What was wanted in a silence, or without load, is not known: the window begins here.
        let isAfterSilence = settledAt.map { now - $0 > policy.data.forgetAfter } ?? true
        if isAfterSilence || wantedMax.value(at: now) == nil { noteFound(counts) }
        // After a silence, only so much of it is what the new numbers stand for; settled again
        // within an instant, none.
        let seconds = min(1, settledAt.map { (now - $0).inSeconds } ?? 1)
        settledAt = now
        for index in planners.indices {
            planners[index].settle(
                reading, desired: counts.desiredCount, seconds: seconds,
                leadSeconds: leadSeconds, now: now)
        }
        let plan = plan(for: reading, counts)
        arrivals.settle(reading, seconds: seconds, now: now)
        if let plan, collapse.settle(plan.demand, seconds: seconds, now: now) { noteFound(counts) }
        return plan
    }

    func isPanic(_ plan: Plan, _ reading: FleetReading) -> Bool {
        let base = reading.base(desired: counts?.desiredCount ?? 0)
        return plan.mode != .steps && base > 0
            && plan.demand * 100 >= policy.panic.thresholdPercent * base
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

    /// What is known now of the load, and of what is usual.
    var reading: FleetReading {
        var reading = observer.reading(now: now)
        reading.usual = arrivals.usual(isNew: observer.reportedAt == now)
        return reading
    }

    /// What the rule asks for now; what was settled is not planned again, and without a report
    /// since then nothing more is asked for.
    func plan(_ reading: FleetReading, _ counts: ServiceCounts) -> Plan? {
        if observer.settled != nil { return settledPlan }
        guard var plan = plan(for: reading, counts) else { return nil }
        if let settledPlan, settledPlan.wanted < plan.wanted {
            plan.wanted = settledPlan.wanted
            plan.planned = min(plan.planned, settledPlan.planned)
        }
        return plan
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
            return planners[index].plan(
                reading, desired: counts.desiredCount, leadSeconds: leadSeconds)
        }
        var headroom = 0.0
        if case .fixed(let percent) = policy.sizing { headroom = percent }
        return FixedPlanner.plan(
            target, reading, desired: counts.desiredCount, headroomPercent: headroom)
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try starts.transfer(&archive)
        for index in planners.indices { try planners[index].transfer(&archive) }
    }
}
