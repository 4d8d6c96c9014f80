import Values

extension ScalingPolicy {
    /// Refuses the first setting that is out of range, or at odds with another.
    package func validate() throws(PolicyError) {
        try check("max", maxTasks, 1...Limits.tasksMax)
        try check("min", minTasks, 0...maxTasks)
        try check("tolerancePercent", tolerancePercent, 0...50)
        try validateRule()
        try validateSizing()
        try check("scaleOut.cooldown", scaleOut.cooldown, .zero...Limits.cooldownMax)
        try scaleOut.limit.validate(in: "scaleOut")
        try check("scaleIn.cooldown", scaleIn.cooldown, .zero...Limits.cooldownMax)
        try check("scaleIn.stabilization", stabilization, .zero...Limits.stabilizationMax)
        try check("scaleIn.afterRestart", scaleIn.afterRestart, .zero...Limits.stabilizationMax)
        try scaleIn.limit.validate(in: "scaleIn")
        try validateSteps()
        try validatePanic()
        try validateData()
        guard schedules.count <= Limits.schedulesMax else {
            throw PolicyError(
                key: "schedules", allowed: "at most \(Limits.schedulesMax) schedules",
                given: "\(schedules.count)")
        }
        for schedule in schedules { try validate(schedule) }
    }

    private func validate(_ schedule: Schedule) throws(PolicyError) {
        let duration = Limits.scheduleDurationMin...Limits.scheduleDurationMax
        try check("schedules.duration", schedule.duration, duration)
        if let most = schedule.maxTasks { try check("schedules.max", most, 1...Limits.tasksMax) }
        if let least = schedule.minTasks { try check("schedules.min", least, 0...Limits.tasksMax) }
        for problem in contradictions(of: schedule) { throw problem }
    }

    /// How a schedule contradicts itself or the service: it never comes, or its minimum is above
    /// the maximum that holds with it.
    package func contradictions(of schedule: Schedule) -> [PolicyError] {
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

    private func validateRule() throws(PolicyError) {
        switch rule {
        case .target(let targets):
            try check("target (metrics)", targets.count, 1...Limits.targetMetricsMax)
            for target in targets {
                try check("target.value", target.value, 0.001...Limits.targetMax)
            }
            for (index, target) in targets.enumerated()
            where targets[..<index].contains(where: { $0.metric == target.metric }) {
                throw PolicyError(
                    key: "target.metric", allowed: "each metric once", given: target.metric.rawValue
                )
            }
        case .steps(let policy):
            try validate(policy)
        }
    }

    private func validate(_ policy: StepPolicy) throws(PolicyError) {
        try check("steps (count)", policy.steps.count, 1...Limits.stepsMax)
        for (index, step) in policy.steps.enumerated() {
            try check("steps.threshold", step.threshold, 0.001...Limits.targetMax)
            try check("steps.tasks", step.tasks, 1...Limits.tasksMax)
            guard index > 0 else { continue }
            let before = policy.steps[index - 1]
            guard step.threshold > before.threshold else {
                throw PolicyError(
                    key: "steps.threshold", allowed: "more than \(text(before.threshold)) before",
                    given: text(step.threshold))
            }
            guard step.tasks >= before.tasks else {
                throw PolicyError(
                    key: "steps.tasks", allowed: "at least \(before.tasks) of the step before",
                    given: "\(step.tasks)")
            }
        }
    }

    private func validateSizing() throws(PolicyError) {
        switch sizing {
        case .learnt(let caution):
            try check("caution", caution.value, Limits.cautionMin...Limits.cautionMax)
        case .fixed(let percent):
            try check("headroomPercent", percent, 0...Limits.headroomPercentMax)
        }
    }

    private func validateSteps() throws(PolicyError) {
        if let step = scaleOut.maxStep {
            try check("scaleOut.maxStep", step, 1...Limits.tasksMax)
        }
        if let step = scaleIn.maxStep { try check("scaleIn.maxStep", step, 1...Limits.tasksMax) }
        if let rate = scaleOut.launchRate {
            try check("scaleOut.launchRate.burst", rate.burst, 1...Limits.tasksMax)
            try check("scaleOut.launchRate.perSecond", rate.perSecond, 0.01...1_000)
        }
        try check(
            "scaleOut.startTimeout", scaleOut.startTimeout,
            Limits.startTimeoutMin...Limits.startTimeoutMax)
    }

    private func validatePanic() throws(PolicyError) {
        try check("panic.thresholdPercent", panic.thresholdPercent, 110...1_000)
        try check("panic.hold", panic.hold, .zero...Limits.stabilizationMax)
    }

    private func validateData() throws(PolicyError) {
        try check("staleAfter", data.staleAfter, Limits.staleAfterMin...Limits.staleAfterMax)
        try check("forgetAfter", data.forgetAfter, data.staleAfter...Limits.forgetAfterMax)
        try check("quorumPercent", data.quorumPercent, 1...100)
        try check("warmUp", data.warmUp, .zero...Limits.cooldownMax)
    }
}

extension ChangeLimit {
    fileprivate func validate(in parent: String) throws(PolicyError) {
        if let percent { try check("\(parent).limit.percent", percent, 1...100_000) }
        if let tasks { try check("\(parent).limit.tasks", tasks, 1...Limits.tasksMax) }
        try check("\(parent).limit.period", period, Limits.periodMin...Limits.periodMax)
    }
}

private func check<Value: Comparable>(
    _ key: String, _ value: Value, _ range: ClosedRange<Value>
) throws(PolicyError) {
    if range.contains(value) { return }
    throw PolicyError(
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
