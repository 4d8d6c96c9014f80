import Telemetry

/// One service's decision state: reports and counts go in, a decision comes out.
///
/// A value that is given `now` and reads no clock. A report costs the same whatever the number of
/// tasks. Reports of one instant may come in any order: their effect on windows and averages is
/// settled when time moves on.
package struct Scaler: Sendable {
    package internal(set) var policy: ScalingPolicy
    let startedAt: Instant
    /// Never runs backwards, whatever the caller passes.
    private(set) var now: Instant
    var table = TaskTable()
    private(set) var counts: ServiceCounts?
    /// Raises and lowerings of the desired count, ours and others'.
    var raises: ChangeHistory
    var lowerings: ChangeHistory
    /// The counts wanted within the stabilization window.
    private(set) var wantedMax: SlidingMax<Int>
    /// What the last accepted report left; later decisions see no more load than that.
    private var lastReading: FleetReading?
    private var lastReportAt: Instant?

    package init(policy: ScalingPolicy, now: Instant) {
        self.policy = policy
        self.now = now
        startedAt = now
        raises = ChangeHistory(period: policy.scaleOut.limit.period)
        lowerings = ChangeHistory(period: policy.scaleIn.limit.period)
        wantedMax = SlidingMax(window: policy.scaleIn.stabilization, resolution: .seconds(1))
    }

    /// Takes in a report of one of the service's tasks, and says what was done with it.
    package mutating func ingest(_ report: Report, now: Instant) -> IngestOutcome {
        advance(to: now)
        let outcome = table.ingest(report, now: self.now)
        guard outcome == .accepted || outcome == .forgotten else { return outcome }
        let reading = currentReading()
        if outcome == .accepted {
            lastReading = reading
            lastReportAt = self.now
        } else if let last = lastReading {
            lastReading = reading.capped(by: last)
        }
        return outcome
    }

    /// Takes in what ECS says: from the reconciler, or from our own accepted UpdateService.
    package mutating func update(_ counts: ServiceCounts, now: Instant) {
        advance(to: now)
        if let before = self.counts {
            let change = counts.desiredCount - before.desiredCount
            if change > 0 { raises.insert(change, now: self.now) }
            if change < 0 { lowerings.insert(-change, now: self.now) }
        }
        self.counts = counts
    }

    /// The decision now; asked again without news, it is the same.
    package mutating func decide(now: Instant) -> Decision {
        advance(to: now)
        let addedTasks = raises.tasks(now: self.now)
        let removedTasks = lowerings.tasks(now: self.now)
        return decision(addedTasks: addedTasks, removedTasks: removedTasks)
    }

    /// Moves time on: what the last instant's reports amount to is settled first.
    private mutating func advance(to instant: Instant) {
        guard instant > now else { return }
        settle()
        now = instant
        table.expire(now: now, policy: policy.data)
    }

    private mutating func settle() {
        guard lastReportAt == now, let counts, let plan = plan(for: knownReading, counts) else {
            return
        }
        wantedMax.insert(plan.wanted, at: now)
    }

    private func currentReading() -> FleetReading {
        FleetReading(table, runningCount: counts?.runningCount ?? table.fresh.count)
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
                let plan = FixedPlanner.plan(target, reading, headroomPercent: fixedHeadroom)
                guard let plan else { continue }
                if plan.planned > most?.planned ?? -1 { most = plan }
            }
            return most
        }
    }

    private var fixedHeadroom: Double {
        if case .fixed(let percent) = policy.sizing { percent } else { 0 }
    }
}
