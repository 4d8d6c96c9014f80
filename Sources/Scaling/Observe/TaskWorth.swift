/// What a task is worth by the rule's targets, in thousandths as in `TaskLoad`: the measure of
/// which word is loud, and of what a saturated task counts for at the least.
struct TaskWorth: Equatable, Sendable {
    /// The target of a task; `nil` where the rule has none for the metric.
    private(set) var busy: Int64?
    private(set) var active: Int64?
    private(set) var rate: Int64?
    private(set) var cpuPercent: Double?
    private(set) var serviceMs: Double?
    /// Whether a saturated task is worth so many targets: a step is no target.
    private(set) var isTarget = true

    /// Beyond this many times the target one task's word needs the neighbours'.
    static let loudFactor: Int64 = 10
    /// A saturated task is worth this many tasks at the least, so that a saturated fleet doubles
    /// within the time that a task takes to start: only then do more tasks count.
    static let saturatedTasks: Int64 = 2

    init(_ rule: ScalingPolicy.Rule) {
        switch rule {
        case .target(let targets):
            for target in targets { note(target.metric, target.value) }
        case .steps(let steps):
            isTarget = false
            if let top = steps.steps.last { note(steps.metric, top.threshold) }
        }
    }

    private mutating func note(_ metric: Metric, _ value: Double) {
        switch metric {
        case .busy: busy = thousandths(value)
        case .active: active = thousandths(value)
        case .requestsPerSecond: rate = thousandths(value)
        case .cpu: cpuPercent = value
        case .timeInService: serviceMs = value
        case .memory: break
        }
    }

    /// Whether any of a task's numbers needs the neighbours' word: far above the target, or,
    /// without one, more than a task can have.
    func isLoud(_ load: TaskLoad) -> Bool {
        let busyMax = most(busy, Limits.taskBusyMax)
        let activeMax = most(active, Limits.taskBusyMax)
        let rateMax = most(rate, Limits.taskRateMax)
        return load.busy > busyMax || load.busyNewest > busyMax || load.active > activeMax
            || load.activeNewest > activeMax || load.rate > rateMax || load.rateNewest > rateMax
    }

    private func most(_ target: Int64?, _ without: Int64) -> Int64 {
        target.map { $0 * Self.loudFactor } ?? without * 1000
    }

    /// From so many requests on, in thousandths, the queues of a saturated task show that its load,
    /// not a halt, saturates it.
    var pressedFrom: Int64 { (busy ?? 10_000) / 2 }
}
