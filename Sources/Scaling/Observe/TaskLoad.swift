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
    /// Percent of the task's limits, with the number of tasks that tell it: 0 or 1 for one task.
    var cpu: Int64 = 0
    var cpuTasks: Int64 = 0
    var memory: Int64 = 0
    var memoryTasks: Int64 = 0

    static func += (left: inout TaskLoad, right: TaskLoad) {
        left.busy += right.busy
        left.active += right.active
        left.rate += right.rate
        left.busyNewest += right.busyNewest
        left.activeNewest += right.activeNewest
        left.rateNewest += right.rateNewest
        left.leaked += right.leaked
        left.cpu += right.cpu
        left.cpuTasks += right.cpuTasks
        left.memory += right.memory
        left.memoryTasks += right.memoryTasks
    }

    static func -= (left: inout TaskLoad, right: TaskLoad) {
        left.busy -= right.busy
        left.active -= right.active
        left.rate -= right.rate
        left.busyNewest -= right.busyNewest
        left.activeNewest -= right.activeNewest
        left.rateNewest -= right.rateNewest
        left.leaked -= right.leaked
        left.cpu -= right.cpu
        left.cpuTasks -= right.cpuTasks
        left.memory -= right.memory
        left.memoryTasks -= right.memoryTasks
    }

    /// Takes over what is known of the task's usage.
    mutating func note(_ usage: TaskUsage) {
        cpu = usage.cpu ?? 0
        cpuTasks = usage.cpu == nil ? 0 : 1
        memory = usage.memory ?? 0
        memoryTasks = usage.memory == nil ? 0 : 1
    }

    /// Takes in a report's windows, oldest first; false when none of them has a gauge, and then
    /// nothing changed.
    mutating func take(_ windows: [Window], first: Bool, leak: inout TaskLeak) -> Bool {
        var known = !first
        var took = false
        for window in windows {
            guard let gauges = window.gauges else { continue }
            let share = known ? Self.share(ofMs: window.lengthMs) : 1000
            leak.note(window)
            let served = gauges.busy.mean - Double(leak.busy)
            busy = Self.blend(busy, thousandths(served), share)
            active = Self.blend(active, thousandths(gauges.active.mean), share)
            busyNewest = thousandths(Double(gauges.busy.last - leak.busy))
            leaked = Int64(leak.busy) * 1000
            activeNewest = thousandths(Double(gauges.active.last))
            if let counters = window.counters { take(counters, known: known) }
            known = true
            took = true
        }
        return took
    }

    private mutating func take(_ counters: WindowCounters, known: Bool) {
        guard counters.spanMs > 0 else { return }
        let perSecond = Double(counters.requests) * 1000 / Double(counters.spanMs)
        rateNewest = thousandths(perSecond)
        rate = Self.blend(rate, rateNewest, known ? Self.share(ofMs: counters.spanMs) : 1000)
    }

    /// How much of the last second a window covers, in thousandths: an agent that pushes at once
    /// sends short ones.
    private static func share(ofMs lengthMs: Int) -> Int64 {
        Int64(min(1000, max(1, lengthMs)))
    }

    private static func blend(_ old: Int64, _ new: Int64, _ share: Int64) -> Int64 {
        (old * (1000 - share) + new * share) / 1000
    }
}

/// Beyond this a number in a report is nonsense; it keeps sums of 10,000 tasks within 63 bits.
private let valueMax = 1e9

func thousandths(_ value: Double) -> Int64 {
    guard value.isFinite else { return 0 }
    return Int64((min(valueMax, max(0, value)) * 1000).rounded())
}
