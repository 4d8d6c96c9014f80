import Values

/// Plans for one metric with learnt headroom.
struct MetricPlanner: Sendable {
    let target: TargetMetric
    private var planner: LearntPlanner
    private var serviceTime = ServiceTime()
    private var concurrency: ConcurrencyLimit

    init(_ target: TargetMetric, caution: Caution, now: Instant) {
        self.target = target
        concurrency = ConcurrencyLimit(target: target.value)
        planner = LearntPlanner(caution: caution, now: now)
    }

    func plan(_ reading: FleetReading, desired: Int, leadSeconds: Double) -> Plan? {
        guard let load = reading.load(of: target.metric, desired: desired),
            let signal = signal(reading, desired: desired)
        else { return nil }
        let planned = planner.plan(signal, leadSeconds: leadSeconds)
        return Plan(
            metric: target.metric, load: load, target: target.value,
            servedAtOnce: concurrency.lessThanTarget, demand: signal.workNewest,
            planned: planned.tasks,
            kept: planned.kept, mode: planned.mode, leading: planned.leading)
    }

    /// The reading held for the last `seconds`, until `now`.
    mutating func settle(
        _ reading: FleetReading, desired: Int, seconds: Double, leadSeconds: Double, now: Instant
    ) {
        // What saturated tasks say of their requests explains nothing of how long one takes, nor
        // does what was cut off loud words.
        let isMeasured = reading.tasks.saturated == 0 && reading.tasks.bounded == 0
        if target.metric == .busy && isMeasured {
            concurrency.advance(
                busy: reading.busy, rate: reading.rate, tasks: reading.counted,
                serviceSeconds: serviceTime.seconds, seconds: seconds)
            serviceTime.advance(
                busy: reading.busy, rate: reading.rate,
                capacity: Double(reading.counted) * concurrency.value, seconds: seconds)
        }
        guard let signal = signal(reading, desired: desired) else { return }
        planner.settle(signal, seconds: seconds, leadSeconds: leadSeconds, now: now)
    }

    /// The metric in tasks; `nil` where it says nothing.
    private func signal(_ reading: FleetReading, desired: Int) -> DemandSignal? {
        guard let level = reading.load(of: target.metric, desired: desired) else { return nil }
        let mean: Double
        switch target.metric {
        case .busy: return busySignal(reading, level: level)
        case .active: mean = reading.active
        case .requestsPerSecond: mean = reading.rate
        case .cpu: return cpuSignal(reading, level: level)
        case .timeInService, .memory: return nil
        }
        return DemandSignal(
            work: mean / target.value, workNewest: level / target.value, busy: 0,
            serving: reading.counted, noise: 1 / target.value, serviceSeconds: 0)
    }

    private func cpuSignal(_ reading: FleetReading, level: Double) -> DemandSignal {
        let work = level / target.value
        // What one request takes, but never more than a processor's limit for a second: tasks use
        // CPU without requests too.
        let request = reading.rate > 0 ? work / reading.rate : 0
        return DemandSignal(
            work: work, workNewest: work, busy: 0, serving: reading.counted,
            noise: min(request, 100 / target.value), serviceSeconds: 0)
    }

    private func busySignal(
        _ reading: FleetReading, level: Double
    ) -> DemandSignal {
        let busy = reading.busy / concurrency.value
        let capacity = Double(reading.counted)
        let standing = serviceTime.standing / concurrency.value
        var work = busy
        var noise = 1 / concurrency.value
        let rate = reading.rate > 0 ? reading.rate : serviceTime.usualArrivals
        if let seconds = serviceTime.seconds, let rate {
            // Little's law: what arrives, not what waits.
            // What waits in the kernel is not among the arrivals yet, and what lasts no longer.
            let short = rate * seconds / concurrency.value
            work = min(busy, short + standing + reading.saturatedBusy / concurrency.value)
            noise = seconds / concurrency.value
        }
        // A jump of the newest samples is work only where nothing waited before.
        let jumped = level > reading.busy && busy <= capacity * ConcurrencyLimit.fullShare
        return DemandSignal(
            work: work, workNewest: jumped ? level / concurrency.value : work,
            // What lasts waits for nobody.
            busy: standing > 0 ? busy - max(0, work - capacity) : busy, standing: standing,
            serving: reading.counted, noise: noise,
            serviceSeconds: serviceTime.seconds ?? 0,
            placesPerRequest: target.value / concurrency.value)
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try planner.transfer(&archive)
        try serviceTime.transfer(&archive)
        try concurrency.transfer(&archive)
    }
}
