/// What one metric asks for, before any limit.
struct Plan: Equatable, Sendable {
    var metric: Metric
    var load: Double
    var target: Double
    /// What tasks serve at once, where that is less than the target.
    var servedAtOnce: Double?
    /// The load in tasks.
    var demand: Double
    /// The load, the forecast and the headroom in tasks.
    var planned: Double
    var mode: DecisionMode
    /// Which policy it follows, with learnt headroom.
    var leading: LeadingPolicy?
    /// The metric a task, where steps go by it.
    var average: Double?
    var wanted: Int
    /// What the stabilization window keeps: less than is wanted for a surge, at most a little more
    /// otherwise.
    var kept: Int

    init(
        metric: Metric, load: Double, target: Double, servedAtOnce: Double? = nil,
        demand: Double, planned: Double, kept: Double? = nil, mode: DecisionMode,
        leading: LeadingPolicy? = nil
    ) {
        self.metric = metric
        self.load = load
        self.target = target
        self.servedAtOnce = servedAtOnce
        self.demand = demand
        self.planned = planned
        self.mode = mode
        self.leading = leading
        wanted = wholeTasks(planned)
        self.kept = kept.map(wholeTasks) ?? wanted
    }
}

/// The tasks that carry a load; a rounding error of the sums does not cost one.
func wholeTasks(_ planned: Double) -> Int {
    Int(min(1e9, max(0, (planned - 1e-6).rounded(.up))))
}

/// Plain target tracking: a fixed share above the load.
enum FixedPlanner {
    static func plan(
        _ target: TargetMetric, _ reading: FleetReading, desired: Int, headroomPercent: Double
    ) -> Plan? {
        guard let load = reading.load(of: target.metric, desired: desired) else { return nil }
        let demand: Double
        if target.metric == .timeInService {
            // Not a sum over tasks: the count follows the ratio, at most doubling at a time.
            demand = reading.base(desired: desired) * min(2, load / target.value)
        } else {
            demand = load / target.value
        }
        return Plan(
            metric: target.metric, load: load, target: target.value, demand: demand,
            planned: demand * (1 + headroomPercent / 100), mode: .fixed)
    }
}

extension FleetReading {
    /// How many tasks a mean over tasks speaks for: those that are wanted, or those that serve
    /// where these are fewer.
    ///
    /// In a deployment twice as many tasks run for a while, each with half of the load. Multiplied
    /// by all of them, the mean would ask for twice as many, which the deployment would double
    /// again. With a raise on its way fewer serve than are wanted, and each report would raise
    /// again.
    func base(desired: Int) -> Double {
        Double(min(counted, max(1, desired)))
    }

    /// The metric over the tasks that are wanted: requests are a sum whoever serves them; usage and
    /// time in service are means over tasks.
    func load(of metric: Metric, desired: Int) -> Double? {
        guard let level = level(of: metric) else { return nil }
        switch metric {
        case .busy, .active, .requestsPerSecond, .timeInService: return level
        case .cpu, .memory: return level * base(desired: desired) / Double(max(1, counted))
        }
    }

    /// The metric a task, over those that are wanted.
    fileprivate func average(of metric: Metric, desired: Int) -> Double? {
        guard let load = load(of: metric, desired: desired) else { return nil }
        return metric == .timeInService ? load : load / max(1, base(desired: desired))
    }
}

extension StepPolicy {
    func plan(_ reading: FleetReading, current: Int, floor: Int) -> Plan? {
        guard let average = reading.average(of: metric, desired: current) else { return nil }
        let base = Int(max(1, reading.base(desired: current)))
        let total = average * Double(base)
        // A step is for some traffic; none of them says 0.
        let stepped = tasks(
            total: total, live: base, current: current, floor: total > 0 ? max(1, floor) : floor)
        // A saturated task is worth one more, whatever its average says.
        let saturated = min(base, reading.tasks.saturated)
        let wanted = saturated > 0 ? max(stepped, base + saturated) : stepped
        var plan = Plan(
            metric: metric, load: total, target: step(average: average)?.threshold ?? 0,
            demand: Double(wanted), planned: Double(wanted), mode: .steps)
        plan.average = average
        plan.wanted = wanted
        plan.kept = wanted
        return plan
    }
}
