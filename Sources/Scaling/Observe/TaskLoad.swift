import Telemetry

/// What one task last said of its load, in thousandths of the metric's unit.
///
/// Whole numbers, so that the sums over a service are exact whatever the order of the reports.
struct TaskLoad: Equatable, Sendable {
    /// Means over about the last second.
    var busy: Int64 = 0
    var active: Int64 = 0
    var rate: Int64 = 0
    /// The newest sample, or the newest span of a rate: a surge shows here first.
    var busyNewest: Int64 = 0
    var activeNewest: Int64 = 0
    var rateNewest: Int64 = 0
    /// Of busy, what was discounted as leaked.
    var leaked: Int64 = 0
    /// Of busy, what has stood still for minutes without a request, and may be streams or a leak.
    var standing: Int64 = 0
    /// Percent of the task's limits, with the number of tasks that tell it: 0 or 1 for one task.
    var cpu: Int64 = 0
    var cpuTasks: Int64 = 0
    var memory: Int64 = 0
    var memoryTasks: Int64 = 0

    static func += (left: inout TaskLoad, right: TaskLoad) {
        left.combine(right, &+)
    }

    static func -= (left: inout TaskLoad, right: TaskLoad) {
        left.combine(right, &-)
    }

    /// Wrapping, which is exact: what was added is taken away again, and each value has a bound.
    @inline(__always)
    private mutating func combine(_ other: TaskLoad, _ apply: (Int64, Int64) -> Int64) {
        busy = apply(busy, other.busy)
        active = apply(active, other.active)
        rate = apply(rate, other.rate)
        busyNewest = apply(busyNewest, other.busyNewest)
        activeNewest = apply(activeNewest, other.activeNewest)
        rateNewest = apply(rateNewest, other.rateNewest)
        leaked = apply(leaked, other.leaked)
        standing = apply(standing, other.standing)
        cpu = apply(cpu, other.cpu)
        cpuTasks = apply(cpuTasks, other.cpuTasks)
        memory = apply(memory, other.memory)
        memoryTasks = apply(memoryTasks, other.memoryTasks)
    }

    /// Bounds the load of some tasks by the mean of others, whose sum is given.
    mutating func bound(tasks: Int, by sum: TaskLoad, of others: Int) {
        func bounded(_ own: Int64, _ sum: Int64) -> Int64 {
            min(own, sum / Int64(others) * Int64(tasks))
        }
        busy = bounded(busy, sum.busy)
        active = bounded(active, sum.active)
        rate = bounded(rate, sum.rate)
        busyNewest = bounded(busyNewest, sum.busyNewest)
        activeNewest = bounded(activeNewest, sum.activeNewest)
        rateNewest = bounded(rateNewest, sum.rateNewest)
    }

    /// Takes over what is known of the task's usage.
    mutating func note(_ usage: TaskUsage) {
        cpu = min(usage.cpu ?? 0, Limits.usagePercentMax * 1000)
        cpuTasks = usage.cpu == nil ? 0 : 1
        memory = min(usage.memory ?? 0, Limits.usagePercentMax * 1000)
        memoryTasks = usage.memory == nil ? 0 : 1
    }
}

/// Beyond this a number in a report is nonsense; it keeps sums of 10,000 tasks within 63 bits.
private let valueMax = 1e9

func thousandths(_ value: Double) -> Int64 {
    guard value.isFinite else { return 0 }
    return Int64((min(valueMax, max(0, value)) * 1000).rounded())
}
