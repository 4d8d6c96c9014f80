import Telemetry

/// What the windows of one task amount to, whether nginx answers or not.
///
/// While nginx answers, a task's load is what its gauges say, as a mean over about the last second.
/// A saturated nginx says too little: requests that wait in the kernel it has not read, so it does
/// not count them. Then the load is at least what it last was, and as much more as the sockets
/// show:
/// ```
///   busy = max(last busy while it served,
///              gauge + waiting unread or to be accepted + turned away)
/// ```
/// Example: gzip on a quarter of a vCPU, the gauge reads 0, and 49 of 52 sockets have an unread
/// request: the task is worth 49. A dropped connection is worth what a request holds, its rate
/// times the time in service (Little's law), of which one second counts at the most; but a client
/// that tries again at once is one client, and where the sockets show it, it counts as one.
struct TaskMeter: Equatable, Sendable {
    private(set) var load = TaskLoad()
    private(set) var condition = TaskCondition.unknown
    /// Whether nginx answered in the newest window.
    private(set) var answers = false
    /// Connections were accepted and dropped, or found a full queue, in the newest window.
    private(set) var isDropping = false
    /// Requests that nginx's gauge and the sockets show, in thousandths.
    private(set) var witnessed: Int64 = 0
    /// Whether there ever was a value.
    private(set) var hasValue = false
    /// Whether a request was ever seen.
    private(set) var hasServed = false
    private(set) var leak = TaskLeak()
    private var usage = TaskUsage()
    /// The load while nginx last answered for itself.
    private var calmBusy: Int64 = 0
    private var calmActive: Int64 = 0
    private var hasRate = false
    private var droppedPerSecond = 0.0
    /// Clients that found a full queue, and try again: they stand in no table of sockets.
    private var shutOut = 0.0
    /// Mean time in service while nothing was dropped, in milliseconds.
    private var serviceMs: Double?

    /// Takes in a report's windows, oldest first; false when none says anything of the load.
    mutating func take(_ windows: [Window]) -> Bool {
        usage.take(windows)
        var took = false
        for window in windows {
            condition = window.condition
            answers = window.gauges != nil
            isDropping = false
            leak.note(window)
            if let gauges = window.gauges { take(gauges, lengthMs: window.lengthMs) }
            if let counters = window.counters, counters.spanMs > 0 { take(counters) }
            noteTurnedAway(window)
            if isSaturated { press(window) } else { shutOut = 0 }
            let tells = window.gauges != nil || (isSaturated && window.witnesses != nil)
            if tells { hasValue = true }
            took = took || tells
            if !isSaturated && window.gauges != nil { noteCalm() }
        }
        load.note(usage)
        return took
    }

    var isSaturated: Bool { condition == .saturated || isDropping }

    /// A halt is not a load: a saturated task is worth more than it says only where its queues, its
    /// drops or its CPU show work that waits.
    func word(_ worth: TaskWorth) -> TaskGroup.Word {
        if isSaturated, isDropping || witnessed >= worth.pressedFrom || isShortOfCPU {
            return .saturated
        }
        return worth.isLoud(load) ? .loud : .plain
    }

    private var isShortOfCPU: Bool {
        load.cpuTasks > 0 && load.cpu >= Limits.fullCPUPercent * 1000
    }

    private mutating func take(_ gauges: WindowGauges, lengthMs: Int) {
        let share = hasValue ? Self.share(ofMs: lengthMs) : 1000
        load.busy = Self.blend(
            load.busy, thousandths(gauges.busy.mean - Double(leak.busy)), share)
        load.active = Self.blend(load.active, thousandths(gauges.active.mean), share)
        load.busyNewest = thousandths(Double(gauges.busy.last - leak.busy))
        load.activeNewest = thousandths(Double(gauges.active.last))
        load.leaked = Int64(leak.busy) * 1000
        load.standing = Int64(leak.standing) * 1000
        witnessed = load.busyNewest
        if gauges.busy.max > 0 { hasServed = true }
    }

    private mutating func take(_ counters: WindowCounters) {
        let perSecond = Double(counters.requests) * 1000 / Double(counters.spanMs)
        load.rateNewest = thousandths(perSecond)
        let share = hasRate ? Self.share(ofMs: counters.spanMs) : 1000
        load.rate = Self.blend(load.rate, load.rateNewest, share)
        hasRate = true
        if counters.requests > 0 { hasServed = true }
        let dropped = counters.accepts > counters.handled ? counters.accepts - counters.handled : 0
        isDropping = Double(dropped) * 1000 >= Limits.dropsPerSecondMin * Double(counters.spanMs)
        droppedPerSecond = isDropping ? Double(dropped) * 1000 / Double(counters.spanMs) : 0
    }

    /// Out of worker connections, nginx makes room by closing those it has just taken in, which it
    /// counts as handled: most of them never came to a request, and nginx closed first.
    private mutating func noteTurnedAway(_ window: Window) {
        guard let counters = window.counters, counters.spanMs > 0,
            let closing = window.witnesses?.closing, closing >= Limits.turnedAwayMin,
            counters.accepts / 2 > counters.requests
        else { return }
        let unserved = Double(counters.accepts - counters.requests)
        isDropping = true
        droppedPerSecond = max(droppedPerSecond, unserved * 1000 / Double(counters.spanMs))
    }

    private mutating func noteCalm() {
        calmBusy = load.busy
        calmActive = load.active
        guard load.rate > 0, load.busy > 0 else { return }
        let seen = Double(load.busy) / Double(load.rate) * 1000
        serviceMs = serviceMs.map { $0 + (seen - $0) * Self.serviceShare } ?? seen
    }

    /// The gauges say too little: what the sockets and the drops show counts beside them.
    private mutating func press(_ window: Window) {
        let witnesses = window.witnesses
        // Whoever waits to be accepted, and has sent a request, is in both.
        let waiting = max(witnesses?.unread ?? 0, witnesses?.acceptQueue ?? 0)
        let drops = isDropping ? droppedPerSecond : 0
        noteShutOut(window)
        let gauge = window.gauges.map { max(0, $0.busy.last - leak.busy) } ?? 0
        // Who runs out of connections keeps no idle one: each that is open has a request.
        let held = max(gauge + waiting, isDropping ? witnesses?.established ?? 0 : 0)
        let turnedAway = turnedAway(drops * min(1, (serviceMs ?? 1_000) / 1_000), witnesses)
        witnessed = thousandths(Double(held) + turnedAway + shutOut)
        let open = Double(witnesses?.established ?? 0) + Double(witnesses?.acceptQueue ?? 0)
        let shown = window.gauges == nil ? TaskLoad() : load
        load.busy = max(calmBusy, shown.busy, witnessed)
        load.busyNewest = max(calmBusy, witnessed)
        load.active = max(calmActive, shown.active, thousandths(open))
        load.activeNewest = max(calmActive, shown.activeNewest, thousandths(open))
    }

    /// A full queue drops a client's SYN, and its kernel sends another after 1, 2, 4 s; or its ACK,
    /// and it sends its request again after 0.2, 0.4, 0.8 s. So each is lost once in a short
    /// window, and some two times in a second; until they are due again they still wait.
    private mutating func noteShutOut(_ window: Window) {
        let lengthMs = Double(max(1, window.lengthMs))
        let lost = condition == .saturated ? Double(window.witnesses?.listenOverflows ?? 0) : 0
        let lostASecond = lost * min(1, 1000 / lengthMs)
        if lostASecond < shutOut { shutOut *= max(0, 1 - lengthMs / Limits.shutOutMs) }
        guard lost > 0 else { return }
        isDropping = true
        let tries = lengthMs < Limits.oneTryMs ? 1 : Limits.triesASecond
        shutOut = max(shutOut, lostASecond / tries)
    }

    /// What drops are worth. A client that is turned away and tries again at once is dropped many
    /// times a second, and is one client: it stands among the connections that nginx has closed and
    /// the client has not. Beyond those, drops count for no more than is open.
    private func turnedAway(_ drops: Double, _ witnesses: WindowWitnesses?) -> Double {
        guard let witnesses, let closing = witnesses.closing else { return drops }
        return max(Double(closing), min(drops, Double(witnesses.established ?? 0)))
    }

    private static let serviceShare = 0.1

    /// How much of the last second a window covers, in thousandths: an agent that pushes at once
    /// sends short ones.
    private static func share(ofMs lengthMs: Int) -> Int64 {
        Int64(min(1000, max(1, lengthMs)))
    }

    private static func blend(_ old: Int64, _ new: Int64, _ share: Int64) -> Int64 {
        (old * (1000 - share) + new * share) / 1000
    }
}
