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
    var wanted: Int
    /// What the stabilization window keeps: less than is wanted for a surge, at most a little more
    /// otherwise.
    var kept: Int

    init(
        metric: Metric, load: Double, target: Double, servedAtOnce: Double? = nil,
        demand: Double, planned: Double, kept: Double? = nil, mode: DecisionMode
    ) {
        self.metric = metric
        self.load = load
        self.target = target
        self.servedAtOnce = servedAtOnce
        self.demand = demand
        self.planned = planned
        self.mode = mode
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
        _ target: TargetMetric, _ reading: FleetReading, headroomPercent: Double
    ) -> Plan? {
        guard let load = reading.level(of: target.metric) else { return nil }
        let demand: Double
        if target.metric == .timeInService {
            // Not a sum over tasks: the count follows the ratio, at most doubling at a time.
            demand = Double(reading.counted) * min(2, load / target.value)
        } else {
            demand = load / target.value
        }
        return Plan(
            metric: target.metric, load: load, target: target.value, demand: demand,
            planned: demand * (1 + headroomPercent / 100), mode: .fixed)
    }
}

extension StepPolicy {
    func plan(_ reading: FleetReading, current: Int, floor: Int) -> Plan? {
        guard let load = reading.level(of: metric) else { return nil }
        let wanted = tasks(total: load, live: reading.counted, current: current, floor: floor)
        var plan = Plan(
            metric: metric, load: load,
            target: step(average: load / Double(max(1, reading.counted)))?.threshold ?? 0,
            demand: Double(wanted), planned: Double(wanted), mode: .steps)
        plan.wanted = wanted
        plan.kept = wanted
        return plan
    }
}
