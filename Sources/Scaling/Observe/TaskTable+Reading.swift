import Telemetry

/// From the sums over the tasks to what the service's load is.
///
/// 1. Which tasks count: newcomers only where ECS's counts have room for them.
/// 2. What their words are worth: loud ones are bounded, saturated ones are worth two tasks at
///    least.
/// 3. What those are worth that say nothing: the mean of the others, if a quorum reports.
extension TaskTable {
    func reading(
        _ counts: ServiceCounts?, longMissing: Int, quorumPercent: Double
    ) -> FleetReading {
        var reading = FleetReading()
        let newcomersCount = hasRoomForNewcomers(counts)
        let grouped = sums.grouped(newcomersCount: newcomersCount, isNew: isNew)
        reading.tasks = taskCounts(grouped, counts, longMissing: longMissing)
        if !newcomersCount { reading.tasks.surplus += sums.newcomers }
        let tasks = reading.tasks
        reading.expected = tasks.live + tasks.imputed + tasks.isolated + tasks.down
        reading.isQuorate =
            tasks.live > 0
            && Double(tasks.live) * 100 >= quorumPercent * Double(reading.expected)
        let all = tasks.live + (reading.isQuorate ? tasks.imputed : 0)
        reading.counted = min(all, counts.map { max(1, $0.runningCount, $0.desiredCount) } ?? all)
        if !reading.isQuorate { reading.counted = max(reading.counted, counts?.runningCount ?? 0) }
        guard tasks.live > 0 else { return reading }
        let words = FleetWords(grouped, worth)
        reading.tasks.bounded = words.bounded
        fill(&reading, grouped, words, factor: Double(all) / Double(tasks.live))
        if reading.isQuorate { fillMeans(&reading, grouped) }
        return reading
    }

    private func taskCounts(
        _ grouped: FleetSums.Grouped, _ counts: ServiceCounts?, longMissing: Int
    ) -> TaskCounts {
        var tasks = TaskCounts()
        tasks.live = grouped.mature.tasks + grouped.young.tasks
        tasks.draining = grouped.draining.tasks
        tasks.starting = starting
        tasks.down = down
        tasks.strangers = strangers
        tasks.blind = blind
        tasks.saturated = saturated
        tasks.unanswering = unanswering
        let speaking = means(grouped)
        tasks.withCPU = Int(speaking.load.cpuTasks)
        tasks.withMemory = Int(speaking.load.memoryTasks)
        guard let counts else { return tasks }
        let heard = tasks.live + tasks.starting + tasks.down
        tasks.stale = min(silent.count, max(0, counts.runningCount - heard))
        tasks.missing = max(0, counts.runningCount - heard) - tasks.stale
        // A minority does not speak for tasks that never said anything.
        let long = min(tasks.missing, longMissing)
        tasks.mute = long < tasks.live ? long : 0
        tasks.isolated = long - tasks.mute
        let known = max(counts.runningCount, counts.desiredCount)
        tasks.surplus = max(0, tasks.live + tasks.down - known)
        return tasks
    }

    private func fill(
        _ reading: inout FleetReading, _ grouped: FleetSums.Grouped, _ words: FleetWords,
        factor: Double
    ) {
        // What drains is no example for tasks that say nothing.
        let drained = grouped.draining.load
        func total(_ sum: Int64, _ draining: Int64) -> Double {
            let sum = Double(sum) / 1000
            return factor == 1 ? sum : sum + max(0, sum - Double(draining) / 1000) * (factor - 1)
        }
        reading.busy = total(words.load.busy, drained.busy)
        reading.active = total(words.load.active, drained.active)
        reading.rate = total(words.load.rate, drained.rate)
        reading.busyNewest = total(words.load.busyNewest, drained.busyNewest)
        reading.activeNewest = total(words.load.activeNewest, drained.activeNewest)
        reading.rateNewest = total(words.load.rateNewest, drained.rateNewest)
        reading.saturatedBusy = Double(words.saturatedBusy) / 1000
        reading.overstated = Double(words.overstatedBusy) / 1000
        let all = grouped.all
        reading.leaked = Double(all.leaked) / 1000
        if let target = worth.busy {
            reading.leakedTasks = Double(all.leaked) / Double(target)
        }
        reading.standing = Double(all.standing) / 1000
        reading.warmUpFactor = warmUpFactor(grouped)
    }

    /// Those that speak for the others: a task that starts uses its whole CPU, and its caches are
    /// cold. While the service was first heard of just now, all of them seem young.
    private func means(_ grouped: FleetSums.Grouped) -> FleetSums.Cell {
        var cell = grouped.mature
        if isNew { cell += grouped.young }
        return cell
    }

    private func fillMeans(_ reading: inout FleetReading, _ grouped: FleetSums.Grouped) {
        let cell = means(grouped)
        let tasks = Double(reading.counted)
        reading.cpu = mean(cell.load.cpu, cell.load.cpuTasks, of: cell.tasks).map { $0 * tasks }
        reading.memory = mean(cell.load.memory, cell.load.memoryTasks, of: cell.tasks)
            .map { $0 * tasks }
        if cell.load.rate > 0 {
            reading.serviceSeconds = Double(cell.load.busy) / Double(cell.load.rate)
        }
        let saturated = Double(grouped.saturated.tasks)
        guard saturated > 0, worth.isTarget else { return }
        if let target = worth.cpuPercent {
            let least = saturated * target * Double(TaskWorth.saturatedTasks)
            let others = reading.cpu.map { $0 / tasks * max(0, tasks - saturated) } ?? 0
            reading.cpu = max(reading.cpu ?? 0, least + others)
        }
        if let target = worth.serviceMs {
            let share = min(1, saturated / max(1, Double(reading.tasks.live)))
            let least = target / 1000 * Double(TaskWorth.saturatedTasks)
            let known = reading.serviceSeconds ?? 0
            reading.serviceSeconds = max(known, least * share + known * (1 - share))
        }
    }

    /// The mean of those that report it, in percent; `nil` where too few do to speak for the
    /// others.
    private func mean(_ sum: Int64, _ reporting: Int64, of tasks: Int) -> Double? {
        guard reporting > 0, Double(reporting) >= Limits.usageShareMin * Double(tasks) else {
            return nil
        }
        return Double(sum) / 1000 / Double(reporting)
    }

    /// 1 when the young tasks are as busy as the others, or all are young.
    private func warmUpFactor(_ grouped: FleetSums.Grouped) -> Double {
        let (young, mature) = (grouped.young, grouped.mature)
        let sum = Double(mature.load.busy + young.load.busy)
        guard young.tasks > 0, mature.tasks > 0, sum > 0 else { return 1 }
        let mean = Double(mature.load.busy) / Double(mature.tasks)
        let missing = mean * Double(young.tasks) - Double(young.load.busy)
        return 1 + max(0, missing) / sum
    }
}
