import Values

extension ScalingPolicy {
    /// Settings that are allowed and do together what their author may not expect; one sentence
    /// each.
    package var warnings: [String] {
        [
            zeroWarning, fixedWarning, stepsWarning, cooldownWarning, scaleInWarning,
        ].compactMap { $0 } + scheduleWarnings
    }

    private var zeroWarning: String? {
        let isRaised = schedules.contains { $0.minTasks ?? 0 > 0 }
        guard minTasks == 0, !isRaised else { return nil }
        return "min 0: one task stays all the same, as without a task no report comes that could"
            + " bring one back; give min 1, or a schedule with a min"
    }

    private var fixedWarning: String? {
        guard minTasks == maxTasks, schedules.isEmpty else { return nil }
        return "min and max are both \(minTasks): nothing is scaled"
    }

    private var stepsWarning: String? {
        guard case .steps(let policy) = rule, let most = policy.steps.last?.tasks, most > maxTasks
        else { return nil }
        return "steps lead to \(tasks(most)), and max is \(maxTasks)"
    }

    private var cooldownWarning: String? {
        guard scaleOut.cooldown > .zero else { return nil }
        let seconds = text(scaleOut.cooldown.inSeconds)
        return "scaleOut.cooldownSeconds \(seconds) does not hold in a panic: load at"
            + " \(text(panic.thresholdPercent)) % of what serves raises at once"
    }

    private var scaleInWarning: String? {
        let given = ScaleInPolicy()
        var same = scaleIn
        same.enabled = false
        guard !scaleIn.enabled, same != given else { return nil }
        return "scaleIn has settings, and scaleIn.enabled is false: nothing is lowered"
    }

    /// Two schedules that hold at once, the minimum of one above the maximum of the other.
    private var scheduleWarnings: [String] {
        var warnings: [String] = []
        for low in schedules {
            for high in schedules where high.minTasks ?? 0 > low.maxTasks ?? .max {
                guard high != low, let at = low.firstMeeting(high) else { continue }
                warnings.append(
                    "schedules \(high.name) (min \(high.minTasks ?? 0)) and \(low.name)"
                        + " (max \(low.maxTasks ?? 0)) hold at once, such as at"
                        + " \(UTCTime.text(ms: at)): the minimum holds")
            }
        }
        return warnings
    }
}

extension Schedule {
    /// The first moment of a leap year at which both hold, in Unix milliseconds; `nil` when they
    /// never do.
    fileprivate func firstMeeting(_ other: Schedule) -> Int64? {
        let first = CivilDate.days(year: 2028, month: 1, day: 1) * 1_440
        var (until, otherUntil) = (Int64.min, Int64.min)
        for minute in first..<first + 366 * 1_440 {
            let now = minute * 60_000
            if cron.matches(unixMinute: minute, zone: zone) { until = endMs(beganAtMs: now) }
            if other.cron.matches(unixMinute: minute, zone: other.zone) {
                otherUntil = other.endMs(beganAtMs: now)
            }
            if now < until && now < otherUntil { return now }
        }
        return nil
    }
}
