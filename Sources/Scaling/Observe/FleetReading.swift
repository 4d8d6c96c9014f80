/// The load of a whole service at one instant, in the units of the metrics.
struct FleetReading: Equatable, Sendable {
    /// Tasks with fresh numbers.
    var live = 0
    /// Tasks that fell silent; those that may still run count as the mean of the live ones.
    var stale = 0
    /// Tasks that ECS runs and that never reported: what they do is not known, nor invented.
    var missing = 0
    /// The quorum's base: every task that is known or runs.
    var expected = 0
    /// How many tasks the totals stand for.
    var counted = 0
    var busy = 0.0
    var active = 0.0
    var rate = 0.0
    var busyNewest = 0.0
    var activeNewest = 0.0
    var rateNewest = 0.0
    /// Percent of a task's limits, summed over the tasks; those that do not tell count as the mean of
    /// those that do, and without any of these it is not known.
    var cpu: Double?
    var memory: Double?
    /// Discounted from busy as leaked.
    var leaked = 0.0
    /// By how much the load would be more if young tasks had the mean of the others; at least 1.
    var warmUpFactor = 1.0

    /// The mean time in service over tasks that are past their warm-up, where there are any.
    var serviceSeconds: Double?
    /// What is usual, to tell a stall from a surge.
    var usual = Arrivals.Usual()

    init() {}

    /// A service whose tasks all report.
    init(_ totals: FleetTotals) {
        live = totals.tasks
        expected = totals.tasks
        counted = totals.tasks
        busy = totals.busy
        active = totals.active
        rate = totals.requestsPerSecond
        busyNewest = totals.busyNewest
        activeNewest = active
        rateNewest = totals.requestsPerSecondNewest
        cpu = totals.cpu
        memory = totals.memory
    }

    /// The total of a metric now; `nil` where it says nothing.
    ///
    /// The mean of the last second, or the newest samples where they are above it by more than
    /// chance: three standard deviations of Poisson counts, so that a surge shows in the report
    /// that carries it, and noise does not.
    func level(of metric: Metric) -> Double? {
        guard live > 0 else { return nil }
        switch metric {
        case .busy: return busyLevel
        case .active: return Self.pick(active, activeNewest, perSample: 1)
        case .requestsPerSecond: return Self.pick(rate, rateNewest, perSample: newestSpansPerSecond)
        case .timeInService:
            if let serviceSeconds { return serviceSeconds * 1000 }
            return rate > 0 ? busy / rate * 1000 : nil
        case .cpu: return cpu
        case .memory: return memory
        }
    }

    static func pick(_ mean: Double, _ newest: Double, perSample: Double) -> Double {
        let noise = 3 * (max(1, mean) * perSample).squareRoot()
        return newest > mean + noise ? newest : mean
    }

    /// The lower of each total: without a new report no load has grown.
    func capped(by other: FleetReading) -> FleetReading {
        var reading = self
        reading.counted = max(counted, other.counted)
        reading.busy = min(busy, other.busy)
        reading.active = min(active, other.active)
        reading.rate = min(rate, other.rate)
        reading.busyNewest = min(busyNewest, other.busyNewest)
        reading.activeNewest = min(activeNewest, other.activeNewest)
        reading.rateNewest = min(rateNewest, other.rateNewest)
        reading.cpu = Self.lower(cpu, other.cpu)
        reading.memory = Self.lower(memory, other.memory)
        reading.serviceSeconds = Self.lower(serviceSeconds, other.serviceSeconds)
        return reading
    }

    /// Known only where both are.
    private static func lower(_ one: Double?, _ two: Double?) -> Double? {
        guard let one, let two else { return nil }
        return min(one, two)
    }

    func hasQuorum(percent: Double) -> Bool {
        live > 0 && Double(live) * 100 >= percent * Double(expected)
    }

    /// Whether every task that runs has fresh numbers.
    var isComplete: Bool {
        stale == 0 && missing == 0
    }
}

extension TaskTable {
    /// What the tasks amount to, when ECS runs so many.
    func reading(runningCount: Int) -> FleetReading {
        var reading = FleetReading()
        reading.live = fresh.count
        reading.stale = stale.count
        reading.missing = max(0, runningCount - fresh.count - stale.count)
        reading.expected = max(fresh.count + stale.count, runningCount)
        let silent = min(stale.count, max(0, runningCount - fresh.count))
        reading.counted = fresh.count + silent
        guard fresh.count > 0 else { return reading }
        let factor = Double(reading.counted) / Double(fresh.count) / 1000
        reading.busy = Double(load.busy) * factor
        reading.active = Double(load.active) * factor
        reading.rate = Double(load.rate) * factor
        reading.busyNewest = Double(load.busyNewest) * factor
        reading.activeNewest = Double(load.activeNewest) * factor
        reading.rateNewest = Double(load.rateNewest) * factor
        reading.leaked = Double(load.leaked) * factor
        let young = isNew ? (load: TaskLoad(), count: 0) : (load: youngLoad, count: youngCount)
        reading.cpu = total(
            load.cpu - young.load.cpu, of: load.cpuTasks - young.load.cpuTasks,
            tasks: fresh.count - young.count, over: reading.counted)
        reading.memory = total(
            load.memory - young.load.memory, of: load.memoryTasks - young.load.memoryTasks,
            tasks: fresh.count - young.count, over: reading.counted)
        let (busy, rate) = (load.busy - young.load.busy, load.rate - young.load.rate)
        reading.serviceSeconds = rate > 0 ? Double(busy) / Double(rate) : nil
        reading.warmUpFactor = warmUpFactor
        return reading
    }

    /// What `counted` tasks have, by the mean of those that report it; `nil` when too few do.
    ///
    /// A task that starts uses all of its CPU without serving much, so young tasks do not count, unless
    /// the service was first heard of just now: then all seem young.
    private func total(
        _ sum: Int64, of reporting: Int64, tasks: Int, over counted: Int
    ) -> Double? {
        guard reporting > 0, Double(reporting) >= Limits.usageShareMin * Double(tasks) else {
            return nil
        }
        return Double(sum) / 1000 / Double(reporting) * Double(counted)
    }

    /// 1 when the young tasks are as busy as the others, or all are young.
    private var warmUpFactor: Double {
        let others = fresh.count - youngCount
        let sum = Double(load.busy)
        guard youngCount > 0, others > 0, sum > 0 else { return 1 }
        let mean = (sum - Double(youngLoad.busy)) / Double(others)
        let missing = mean * Double(youngCount) - Double(youngLoad.busy)
        return 1 + max(0, missing) / sum
    }
}

/// A report that is pushed at once may cover as little as a tenth of a second.
let newestSpansPerSecond = 10.0
