import Values

extension Decision {
    /// Why, in words for a person; made when it is asked for, as most decisions hold.
    package var reason: String {
        switch basis {
        case .countsUnknown: "hold: ECS has not told the service's counts yet"
        case .noReports: withConstraints("hold: \(silenceWords)")
        case .noQuorum:
            withConstraints(
                "hold: only \(inputs.tasksLive) of \(expected) report, less than the quorum")
        case .metricUnknown: withConstraints("hold: \(unknownWords)")
        case .load: withConstraints(loadWords)
        }
    }

    private var unknownWords: String {
        switch inputs.metric {
        case .cpu, .memory:
            "no task reports \(inputs.metric.words): the agents need AGENT_TASK_STATS=on"
        default: "no report tells of \(inputs.metric.words)"
        }
    }

    private var expected: String {
        tasks(
            max(
                inputs.tasksLive + inputs.tasksStale,
                inputs.tasksLive + inputs.tasksStale + inputs.tasksMissing))
    }

    private var loadWords: String {
        let worth = "\(inputs.metric.words) \(text(inputs.load))"
        switch inputs.mode {
        case .steps:
            return "\(inputs.metric.words), \(text(inputs.average ?? 0)) a task \(ask)"
        case .fixed:
            return "\(worth) at \(text(inputs.target)) a task is worth"
                + " \(text(inputs.demand)) tasks\(headroom("headroom")) \(ask)"
        case .learnt:
            return "load is worth \(text(inputs.demand)) tasks"
                + "\(headroom(headroomWords))\(lead) \(ask)\(leadingWords)"
        case .surge:
            return "surge: load is worth \(text(inputs.demand)) tasks,"
                + " \(inputs.runningCount) run\(headroom("ordered ahead"))\(lead) \(ask)"
        case .earlySurge:
            return "load is worth \(text(inputs.demand)) tasks and rises faster than it"
                + " usually does\(headroom("ordered ahead"))\(lead) \(ask)"
        }
    }

    private var headroomWords: String {
        guard let leading = inputs.leading, leading.policy != .learnt else {
            return "learnt headroom"
        }
        return "headroom"
    }

    /// Which policy leads, and why, where it is not the learnt headroom.
    private var leadingWords: String {
        guard let leading = inputs.leading, leading.policy != .learnt else { return "" }
        let words = "; by \(leading.policy.words)"
        return leading.isEarly
            ? words + ", to be safe while little is learnt"
            : words + ", which would have cost least lately (\(percent(leading.cost)) of the load's"
                + " tasks, learnt headroom \(percent(leading.costOfLearnt)))"
    }

    private func percent(_ share: Double) -> String {
        "\(text((share * 100).rounded())) %"
    }

    private var ask: String {
        "→ \(inputs.wanted)"
    }

    private func headroom(_ name: String) -> String {
        let percent = inputs.headroomPercent.rounded()
        return percent >= 1 ? ", \(name) \(text(percent)) %" : ""
    }

    private var lead: String {
        guard let leadTime = inputs.leadTime else { return "" }
        return " for the \(text(leadTime.inSeconds.rounded())) s a task takes to start"
    }

    private func withConstraints(_ words: String) -> String {
        var words = words
        for sentence in tasksWords { words += "; " + sentence }
        if let served = inputs.servedAtOnce {
            words +=
                "; full tasks serve only \(text(served)) requests at once,"
                + " less than the target of \(text(inputs.target))"
        }
        for (constraint, sentence) in sentences where constraints.contains(constraint) {
            words += "; " + sentence
        }
        return words
    }

    private var sentences: [(DecisionConstraints, String)] {
        [
            (.min, "raised to \(inputs.minTasks) by min"),
            (.max, "limited to \(inputs.maxTasks) by max"),
            (.schedule, "a schedule sets the bounds"),
            (.overridden, "an operator's floor or ceiling is in force"),
            (.minAboveMax, "a minimum is above a maximum: the minimum holds"),
            (.lastTask, "load alone does not take the last task"),
            (.switchedOff, "somebody else set 0: it stays 0 until somebody sets more"),
            (.tolerance, "within the tolerance"),
            (.scaleOutPaused, "scale-out is paused"),
            (.scaleOutCooldown, "held by the scale-out cooldown"),
            (.scaleOutLimit, "limited to \(to) by the scale-out limit"),
            (.launchRate, "limited to \(to) by the launch rate"),
            (.failedStarts, "held: none of the tasks ordered came within the start timeout"),
            (.maxStep, "limited to \(to) by the largest step"),
            (.panic, "not lowered this soon after a panic"),
            (.scaleInDisabled, "scale-in is disabled"),
            (.scaleInPaused, "scale-in is paused"),
            (.scaleInCooldown, "held by the scale-in cooldown"),
            (.stabilization, "kept by the stabilization window"),
            (.found, "a count found or set by somebody else stays for the stabilization window"),
            (.countsOld, "not lowered: ECS has not answered for too long"),
            (.metricUnknown, "not lowered while a metric of the rule is unknown"),
            (.collapse, "not lowered: nearly all load vanished within seconds"),
            (.scaleInLimit, "limited to \(to) by the scale-in limit"),
            (.deployment, "not lowered during a deployment"),
            (.countsInDoubt, "not lowered: ECS does not show the last change yet"),
            (.contested, "not lowered: somebody else raises it again and again"),
            (.autoScaling, "not lowered: Application Auto Scaling is active on it"),
            (.failedDeployment, "not lowered: a failed deployment was not rolled back"),
            (.noLease, "not lowered: this aggregator does not hold the lease"),
            (.second, "limited to \(to), what the load is worth, while the owner lives"),
            (.partialData, "not lowered on partial data"),
            (.saturated, "not lowered while tasks are saturated"),
            (.restart, "not lowered this soon after a restart"),
            (.warmUp, "not lowered while tasks are new"),
        ]
    }
}

extension Metric {
    /// The metric's name in a sentence.
    package var words: String {
        switch self {
        case .busy: "requests in service"
        case .active: "open connections"
        case .requestsPerSecond: "requests per second"
        case .timeInService: "milliseconds in service"
        case .cpu: "percent of CPU"
        case .memory: "percent of memory"
        }
    }
}
