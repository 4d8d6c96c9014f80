import Values

extension ScalingPolicy {
    /// Refuses the first setting that is out of range, or at odds with another.
    package func validate() throws(PolicyError) {
        if let first = problems.first { throw first }
    }

    /// Every setting that is out of range, or at odds with another.
    package var problems: [PolicyError] {
        let bounds = [
            check("max", maxTasks, 1...Limits.tasksMax),
            check("min", minTasks, 0...max(0, maxTasks)),
            check("tolerancePercent", tolerancePercent, 0...50),
        ]
        return bounds.compactMap { $0 } + ruleProblems + sizingProblems + changeProblems
            + panicProblems + dataProblems + scheduleProblems
    }

    private var changeProblems: [PolicyError] {
        let out = [
            check("scaleOut.cooldown", scaleOut.cooldown, .zero...Limits.cooldownMax),
            scaleOut.maxStep.flatMap { check("scaleOut.maxStep", $0, 1...Limits.tasksMax) },
            scaleOut.launchRate.flatMap {
                check("scaleOut.launchRate.burst", $0.burst, 1...Limits.tasksMax)
            },
            scaleOut.launchRate.flatMap {
                check("scaleOut.launchRate.perSecond", $0.perSecond, 0.01...1_000)
            },
            check(
                "scaleOut.startTimeout", scaleOut.startTimeout,
                Limits.startTimeoutMin...Limits.startTimeoutMax),
        ]
        let window = .zero...Limits.stabilizationMax
        let lowering = [
            check("scaleIn.cooldown", scaleIn.cooldown, .zero...Limits.cooldownMax),
            check("scaleIn.stabilization", stabilization, window),
            check("scaleIn.afterRestart", scaleIn.afterRestart, window),
            scaleIn.maxStep.flatMap { check("scaleIn.maxStep", $0, 1...Limits.tasksMax) },
        ]
        return
            (out + scaleOut.limit.problems(in: "scaleOut") + lowering
            + scaleIn.limit.problems(in: "scaleIn")).compactMap { $0 }
    }

    private var scheduleProblems: [PolicyError] {
        guard schedules.count <= Limits.schedulesMax else {
            return [
                PolicyError(
                    key: "schedules", allowed: "at most \(Limits.schedulesMax) schedules",
                    given: "\(schedules.count)")
            ]
        }
        let durations = Limits.scheduleDurationMin...Limits.scheduleDurationMax
        return schedules.flatMap { schedule in
            [
                check("schedules.duration", schedule.duration, durations),
                schedule.maxTasks.flatMap { check("schedules.max", $0, 1...Limits.tasksMax) },
                schedule.minTasks.flatMap { check("schedules.min", $0, 0...Limits.tasksMax) },
            ].compactMap { $0 } + contradictions(of: schedule)
        }
    }

    /// How a schedule contradicts itself or the service: it never comes, or its minimum is above
    /// the maximum that holds with it.
    private func contradictions(of schedule: Schedule) -> [PolicyError] {
        var problems: [PolicyError] = []
        if !schedule.cron.canCome {
            problems.append(
                PolicyError(
                    key: "schedules.cron", allowed: "a date that some year has",
                    given: "\(schedule.cron.text) in \(schedule.name)"))
        }
        let (least, most) = (schedule.minTasks ?? minTasks, schedule.maxTasks ?? maxTasks)
        guard least > most else { return problems }
        let isOwnMin = schedule.minTasks != nil
        let max = schedule.maxTasks == nil ? "max \(most) of the service" : "its max \(most)"
        let min = "min \(least) of the service"
        problems.append(
            PolicyError(
                key: isOwnMin ? "schedules.min" : "schedules.max",
                allowed: isOwnMin ? "at most \(max)" : "at least \(min)",
                given: "\(isOwnMin ? least : most) in \(schedule.name)"))
        return problems
    }

    private var ruleProblems: [PolicyError] {
        switch rule {
        case .steps(let policy): return policy.problems
        case .target(let targets):
            var found = [check("target (metrics)", targets.count, 1...Limits.targetMetricsMax)]
            found += targets.map { check("target.value", $0.value, 0.001...Limits.targetMax) }
            for (index, target) in targets.enumerated()
            where targets[..<index].contains(where: { $0.metric == target.metric }) {
                found.append(
                    PolicyError(
                        key: "target.metric", allowed: "each metric once",
                        given: target.metric.rawValue))
            }
            return found.compactMap { $0 }
        }
    }

    private var sizingProblems: [PolicyError] {
        let found =
            switch sizing {
            case .learnt(let caution):
                check("caution", caution.value, Limits.cautionMin...Limits.cautionMax)
            case .fixed(let percent):
                check("headroomPercent", percent, 0...Limits.headroomPercentMax)
            }
        return found.map { [$0] } ?? []
    }

    private var panicProblems: [PolicyError] {
        [
            check("panic.thresholdPercent", panic.thresholdPercent, 110...1_000),
            check("panic.hold", panic.hold, .zero...Limits.stabilizationMax),
        ].compactMap { $0 }
    }

    private var dataProblems: [PolicyError] {
        let stale = Limits.staleAfterMin...Limits.staleAfterMax
        let forget = min(data.staleAfter, Limits.forgetAfterMax)...Limits.forgetAfterMax
        return [
            check("staleAfter", data.staleAfter, stale),
            check("forgetAfter", data.forgetAfter, forget),
            check("quorumPercent", data.quorumPercent, 1...100),
            check("warmUp", data.warmUp, .zero...Limits.cooldownMax),
        ].compactMap { $0 }
    }
}

extension StepPolicy {
    fileprivate var problems: [PolicyError] {
        var found = [check("steps (count)", steps.count, 1...Limits.stepsMax)]
        for (index, step) in steps.enumerated() {
            found.append(check("steps.threshold", step.threshold, 0.001...Limits.targetMax))
            found.append(check("steps.tasks", step.tasks, 1...Limits.tasksMax))
            guard index > 0 else { continue }
            let before = steps[index - 1]
            if !(step.threshold > before.threshold) {
                found.append(
                    PolicyError(
                        key: "steps.threshold",
                        allowed: "more than \(text(before.threshold)) before",
                        given: text(step.threshold)))
            }
            if step.tasks < before.tasks {
                found.append(
                    PolicyError(
                        key: "steps.tasks",
                        allowed: "at least \(before.tasks) of the step before",
                        given: "\(step.tasks)"))
            }
        }
        return found.compactMap { $0 }
    }
}

extension ChangeLimit {
    fileprivate func problems(in parent: String) -> [PolicyError?] {
        [
            percent.flatMap { check("\(parent).limit.percent", $0, 1...100_000) },
            tasks.flatMap { check("\(parent).limit.tasks", $0, 1...Limits.tasksMax) },
            check("\(parent).limit.period", period, Limits.periodMin...Limits.periodMax),
        ]
    }
}

/// `nil` when the value is in its range.
private func check<Value: Comparable>(
    _ key: String, _ value: Value, _ range: ClosedRange<Value>
) -> PolicyError? {
    if range.contains(value) { return nil }
    return PolicyError(
        key: key, allowed: "\(words(range.lowerBound)) to \(words(range.upperBound))",
        given: words(value))
}

private func words(_ value: some Comparable) -> String {
    switch value {
    case let span as Duration: "\(text(span.inSeconds)) s"
    case let number as Double: text(number)
    default: "\(value)"
    }
}
