/// The load of a whole service at one instant, in the units of the metrics.
struct FleetReading: Equatable, Sendable {
    /// How many tasks are what.
    var tasks = TaskCounts()
    /// The quorum's base: every task that serves by what is known, and may report.
    var expected = 0
    /// How many tasks the totals stand for: the capacity, never more than ECS counts as running.
    var counted = 0
    /// Whether as many report as the policy's quorum asks for. Without it, the totals are what is
    /// known of those that do, and nothing is known of means.
    var isQuorate = true
    var busy = 0.0
    var active = 0.0
    var rate = 0.0
    var busyNewest = 0.0
    var activeNewest = 0.0
    var rateNewest = 0.0
    /// Of busy, what saturated tasks count for: it waits, and does not arrive as requests yet.
    var saturatedBusy = 0.0
    /// Percent of a task's limits, summed over the tasks; those that do not tell count as the mean
    /// of those that do, and without any of these it is not known.
    var cpu: Double?
    var memory: Double?
    /// Mean time in service over tasks past their warm-up, where they serve requests.
    var serviceSeconds: Double?
    /// Discounted from busy as leaked, and what stands still and was not discounted.
    var leaked = 0.0
    var standing = 0.0
    /// What was discounted, in tasks by the rule's target.
    var leakedTasks = 0.0
    /// By how much tasks overstate busy, beyond what one task's word is worth.
    var overstated = 0.0
    /// By how much the load would be more if young tasks had the mean of the others; at least 1.
    var warmUpFactor = 1.0

    /// What is usual, to tell a stall from a surge.
    var usual = Arrivals.Usual()

    init() {}

    /// A service whose tasks all report.
    init(_ totals: FleetTotals) {
        tasks.live = totals.tasks
        expected = totals.tasks
        counted = totals.tasks
        isQuorate = totals.tasks > 0
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
        guard tasks.live > 0 else { return nil }
        switch metric {
        case .busy: return busyLevel
        case .active: return Self.pick(active, activeNewest, perSample: 1)
        case .requestsPerSecond: return Self.pick(rate, rateNewest, perSample: newestSpansPerSecond)
        case .timeInService:
            if let serviceSeconds { return serviceSeconds * 1000 }
            return rate > 0 && isQuorate ? busy / rate * 1000 : nil
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
        reading.saturatedBusy = min(saturatedBusy, other.saturatedBusy)
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

    // MARK: Lowering

    /// Whether so little is unknown that a count may be lowered: less than a tenth of the tasks.
    var isKnownEnough: Bool {
        tasks.unknown * 10 < max(1, tasks.live + tasks.unheard + tasks.down)
    }

    /// The tasks that a plan is worth when those of which nothing is known are full, and what was
    /// discounted is load after all.
    func wholeOfUnknown(_ planned: Double) -> Double {
        let all = max(1, tasks.live + tasks.imputed)
        let known = planned * Double(tasks.live - tasks.blind) / Double(all)
        return known + Double(tasks.unknown) + leakedTasks
    }
}

/// A report that is pushed at once may cover as little as a tenth of a second.
let newestSpansPerSecond = 10.0
