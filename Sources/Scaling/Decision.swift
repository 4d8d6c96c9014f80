/// What to do with the desired count now, and why.
package struct Decision: Equatable, Sendable {
    package enum Kind: String, Sendable {
        case hold
        case scaleOut
        case scaleIn
    }

    /// The desired count known to be in force; 0 while it is unknown.
    package var from: Int
    /// The desired count wanted; the same as `from` to hold.
    package var to: Int
    package var inputs: DecisionInputs
    package var basis: DecisionBasis
    /// What kept the count from being what the basis asks for.
    package var constraints: DecisionConstraints

    package var kind: Kind {
        to == from ? .hold : to > from ? .scaleOut : .scaleIn
    }
}

/// What a decision rests on.
package enum DecisionBasis: Equatable, Sendable {
    /// ECS was not heard yet: unknown is not zero.
    case countsUnknown
    /// No task reports, so nothing is known of the load.
    case noReports
    /// Fewer tasks report than the quorum.
    case noQuorum
    /// Tasks report, but no report tells any of the rule's metrics.
    case metricUnknown
    /// The load and what is forecast of it.
    case load
}

/// What limits a decision; several may at once.
package struct DecisionConstraints: OptionSet, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package static let min = DecisionConstraints(rawValue: 1 << 0)
    package static let max = DecisionConstraints(rawValue: 1 << 1)
    package static let tolerance = DecisionConstraints(rawValue: 1 << 2)
    package static let scaleOutPaused = DecisionConstraints(rawValue: 1 << 3)
    package static let scaleOutCooldown = DecisionConstraints(rawValue: 1 << 4)
    package static let scaleOutLimit = DecisionConstraints(rawValue: 1 << 5)
    package static let scaleInDisabled = DecisionConstraints(rawValue: 1 << 7)
    package static let scaleInPaused = DecisionConstraints(rawValue: 1 << 8)
    package static let scaleInCooldown = DecisionConstraints(rawValue: 1 << 9)
    package static let scaleInLimit = DecisionConstraints(rawValue: 1 << 10)
    package static let stabilization = DecisionConstraints(rawValue: 1 << 11)
    package static let deployment = DecisionConstraints(rawValue: 1 << 12)
    package static let partialData = DecisionConstraints(rawValue: 1 << 13)
    package static let restart = DecisionConstraints(rawValue: 1 << 14)
    package static let warmUp = DecisionConstraints(rawValue: 1 << 15)
    package static let failedStarts = DecisionConstraints(rawValue: 1 << 16)
    package static let launchRate = DecisionConstraints(rawValue: 1 << 17)
    package static let maxStep = DecisionConstraints(rawValue: 1 << 19)
    package static let panic = DecisionConstraints(rawValue: 1 << 20)
    package static let saturated = DecisionConstraints(rawValue: 1 << 6)
    package static let schedule = DecisionConstraints(rawValue: 1 << 18)
    package static let minAboveMax = DecisionConstraints(rawValue: 1 << 21)
    package static let countsOld = DecisionConstraints(rawValue: 1 << 22)
    package static let metricUnknown = DecisionConstraints(rawValue: 1 << 23)
    package static let switchedOff = DecisionConstraints(rawValue: 1 << 24)
    package static let collapse = DecisionConstraints(rawValue: 1 << 25)
    package static let lastTask = DecisionConstraints(rawValue: 1 << 26)
    package static let found = DecisionConstraints(rawValue: 1 << 27)
    // Of control, which knows of them.
    package static let countsInDoubt = DecisionConstraints(rawValue: 1 << 28)
    package static let contested = DecisionConstraints(rawValue: 1 << 29)
    package static let autoScaling = DecisionConstraints(rawValue: 1 << 30)
    package static let failedDeployment = DecisionConstraints(rawValue: 1 << 31)
    package static let noLease = DecisionConstraints(rawValue: 1 << 32)
    package static let second = DecisionConstraints(rawValue: 1 << 33)
    /// An operator's floor or ceiling is in force.
    package static let overridden = DecisionConstraints(rawValue: 1 << 40)
}

/// The numbers a decision was made from.
package struct DecisionInputs: Equatable, Sendable {
    /// The metric that asked for most, its total over the service, and its target per task.
    package var metric: Metric
    package var load: Double
    package var target: Double
    /// The metric a task, where steps go by it.
    package var average: Double?
    /// What the load is worth now, in tasks.
    package var demand: Double
    /// What is planned for, in tasks: the load, the forecast and the headroom.
    package var planned: Double
    /// The count asked for before any limit.
    package var wanted: Int
    /// How long a task takes from the decision to its first report, where that matters.
    package var leadTime: Duration?
    package var mode: DecisionMode
    /// Which policy it follows, with learnt headroom.
    var leading: LeadingPolicy?
    package var tasks: TaskCounts
    package var runningCount: Int
    package var pendingCount: Int
    /// What full tasks were seen to serve at once, where that is less than the target.
    package var servedAtOnce: Double?
    /// Requests that nginx's gauges still show though nothing comes: discounted from the load.
    package var leakedBusy: Double
    /// Requests that stand still for minutes while none arrives: streams, or leaked gauges.
    package var standingBusy: Double
    /// What single tasks report beyond what one task's word is worth.
    package var overstatedBusy: Double
    /// The bounds in force, schedules included.
    package var minTasks: Int
    package var maxTasks: Int

    /// Tasks whose numbers count, tasks that fell silent, tasks that never reported.
    package var tasksLive: Int { tasks.live }
    package var tasksStale: Int { tasks.stale }
    package var tasksMissing: Int { tasks.missing }

    /// What is planned above the load, in percent of it.
    package var headroomPercent: Double {
        demand > 0 ? (planned / demand - 1) * 100 : 0
    }
}

/// Which part of the algorithm asked.
package enum DecisionMode: String, Sendable {
    /// A fixed share above the load.
    case fixed
    case steps
    /// Learnt headroom over the forecasts.
    case learnt
    /// The load is above what runs, or requests queue.
    case surge
    /// The load rises faster than it usually does.
    case earlySurge
}
