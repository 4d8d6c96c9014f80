/// What the words of all tasks amount to: one task's word is bounded, a fleet's is believed.
///
/// A task far above its target is either hot, or wrong. If its neighbours say the same, it is a
/// surge; if they do not, its word counts as `TaskWorth.loudFactor` times the target, or times the
/// neighbours' mean where that is more, and the rest is reported as overstated. Example: ten tasks
/// at busy 10, target 10, and one says 10⁸: it counts as 100. Believed are the loud ones when there
/// is nobody else, or when they are two at least and more than a quarter of all: in a real surge
/// that is so within milliseconds, since each agent pushes at once.
///
/// Saturated tasks are loud by nature and bounded like the others; and each counts as
/// `TaskWorth.saturatedTasks` targets at the least.
struct FleetWords {
    /// The sums that count.
    private(set) var load: TaskLoad
    /// Of busy, that of saturated tasks.
    private(set) var saturatedBusy: Int64
    /// What was cut off busy.
    private(set) var overstatedBusy: Int64 = 0
    /// Tasks that were bounded.
    private(set) var bounded = 0

    init(_ grouped: FleetSums.Grouped, _ worth: TaskWorth) {
        load = grouped.plain.load
        saturatedBusy = 0
        var loud = grouped.loud
        var saturated = grouped.saturated
        guard loud.tasks + saturated.tasks > 0 else { return }
        if !Self.areBelieved(grouped) {
            let before = loud.load.busy + saturated.load.busy
            Self.bound(&loud, by: grouped.neighbours, worth)
            Self.bound(&saturated, by: grouped.neighbours, worth)
            overstatedBusy = before - loud.load.busy - saturated.load.busy
            bounded = overstatedBusy > 0 ? loud.tasks + saturated.tasks : 0
        }
        if worth.isTarget { Self.raise(&saturated, worth) }
        saturatedBusy = saturated.load.busy
        load += loud.load
        load += saturated.load
    }

    private static func areBelieved(_ grouped: FleetSums.Grouped) -> Bool {
        let many = grouped.loud.tasks + grouped.saturated.tasks
        let neighbours = grouped.neighbours.tasks
        return neighbours == 0 || (many >= 2 && many * 4 > many + neighbours)
    }

    private static func bound(
        _ cell: inout FleetSums.Cell, by neighbours: FleetSums.Cell, _ worth: TaskWorth
    ) {
        let tasks = Int64(cell.tasks)
        func bound(_ sum: inout Int64, _ others: Int64, _ target: Int64?) {
            let mean = others / Int64(max(1, neighbours.tasks))
            let most = TaskWorth.loudFactor * max(mean, target ?? 0, 1_000)
            sum = min(sum, tasks * most)
        }
        bound(&cell.load.busy, neighbours.load.busy, worth.busy)
        bound(&cell.load.busyNewest, neighbours.load.busyNewest, worth.busy)
        bound(&cell.load.active, neighbours.load.active, worth.active)
        bound(&cell.load.activeNewest, neighbours.load.activeNewest, worth.active)
        bound(&cell.load.rate, neighbours.load.rate, worth.rate)
        bound(&cell.load.rateNewest, neighbours.load.rateNewest, worth.rate)
    }

    private static func raise(_ cell: inout FleetSums.Cell, _ worth: TaskWorth) {
        let tasks = Int64(cell.tasks) * TaskWorth.saturatedTasks
        cell.load.busy = max(cell.load.busy, tasks * (worth.busy ?? 0))
        cell.load.busyNewest = max(cell.load.busyNewest, cell.load.busy)
        cell.load.active = max(cell.load.active, tasks * (worth.active ?? 0))
        cell.load.rate = max(cell.load.rate, tasks * (worth.rate ?? 0))
    }
}
