import Values

/// Which schedules hold, by the wall clock; looked at once a minute.
struct ScheduleClock: Sendable {
    private struct Entry: Sendable {
        let schedule: Schedule
        /// Until when its bounds hold, in Unix milliseconds.
        var activeUntilMs = Int64.min
    }

    private var entries: [Entry]
    /// The wall clock at an instant; `nil` before it was told.
    private var clock: (unixMs: Int64, at: Instant)?
    /// The next minute to look at.
    private var nextMinute = Int64.min
    private(set) var isActive = false
    private var nowMs = Int64.min

    init(_ schedules: [Schedule]) {
        entries = schedules.map { Entry(schedule: $0) }
    }

    mutating func set(unixMs: Int64, now: Instant) {
        guard !entries.isEmpty else { return }
        let known = clock.map { $0.unixMs + (now - $0.at).wholeMilliseconds }
        clock = (unixMs, now)
        // Where the clock jumped, what holds is found anew; at first too.
        if known.map({ abs($0 - unixMs) > 60_000 }) ?? true {
            for index in entries.indices { lookBack(index, from: unixMs) }
            nextMinute = unixMs / 60_000 + 1
        }
        advance(to: now)
    }

    mutating func advance(to now: Instant) {
        guard let clock else { return }
        nowMs = clock.unixMs + (now - clock.at).wholeMilliseconds
        while nextMinute <= nowMs / 60_000 {
            for index in entries.indices { start(index, minute: nextMinute) }
            nextMinute += 1
        }
        isActive = entries.contains { holds($0) }
    }

    /// The bounds in force: of schedules that hold at once the largest; else the policy's.
    ///
    /// Where a minimum is above a maximum, the minimum holds: capacity comes before cost.
    func bounds(min: Int, max: Int) -> ScheduledBounds {
        guard isActive else {
            return ScheduledBounds(min: min, max: Swift.max(min, max), minIsAboveMax: min > max)
        }
        var (least, most): (Int?, Int?)
        for entry in entries where holds(entry) {
            if let floor = entry.schedule.minTasks { least = Swift.max(least ?? 0, floor) }
            if let cap = entry.schedule.maxTasks { most = Swift.max(most ?? 0, cap) }
        }
        let (floor, cap) = (least ?? min, most ?? max)
        return ScheduledBounds(min: floor, max: Swift.max(floor, cap), minIsAboveMax: floor > cap)
    }

    /// Whether a schedule's minimum can bring back a service that went to no task.
    var canRaiseFromZero: Bool {
        clock != nil
            && entries.contains { entry in
                entry.schedule.minTasks ?? 0 > 0
                    && entry.schedule.expiresMs.map { nowMs < $0 } ?? true
            }
    }

    private func holds(_ entry: Entry) -> Bool {
        nowMs < entry.activeUntilMs && entry.schedule.expiresMs.map { nowMs < $0 } ?? true
    }

    private mutating func start(_ index: Int, minute: Int64) {
        let schedule = entries[index].schedule
        guard schedule.cron.matches(unixMinute: minute, zone: schedule.zone) else { return }
        entries[index].activeUntilMs = schedule.endMs(beganAtMs: minute * 60_000)
    }

    /// The last moment that still counts.
    private mutating func lookBack(_ index: Int, from unixMs: Int64) {
        entries[index].activeUntilMs = .min
        let now = unixMs / 60_000
        let span =
            (entries[index].schedule.duration + Limits.clockChangeMax).wholeMilliseconds / 60_000
        for minute in stride(from: now, through: now - span, by: -1) {
            start(index, minute: minute)
            if entries[index].activeUntilMs > .min { return }
        }
    }
}

/// The least and the most tasks at a moment.
struct ScheduledBounds: Equatable, Sendable {
    var min: Int
    /// Never below `min`.
    var max: Int
    /// Settings or schedules contradict each other, and the minimum won.
    var minIsAboveMax: Bool

    /// An operator's word goes before configuration and schedules: a ceiling takes the maximum's
    /// place, a floor adds to the minimum. Where they contradict, the minimum holds again.
    mutating func override(floor: Int?, ceiling: Int?) {
        if let ceiling {
            max = ceiling
            minIsAboveMax = false
        }
        if let floor { min = Swift.max(min, floor) }
        guard min > max else { return }
        max = min
        minIsAboveMax = true
    }
}
