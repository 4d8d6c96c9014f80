/// How one service is scaled; made from the configuration, checked by `validate()`.
package struct ScalingPolicy: Equatable, Sendable {
    package enum Rule: Equatable, Sendable {
        /// Keep each metric on its target; the largest count wins.
        case target([TargetMetric])
        case steps(StepPolicy)

        /// What a decision names that none of the metrics led to.
        var firstMetric: Metric {
            switch self {
            case .target(let targets): targets.first?.metric ?? .busy
            case .steps(let policy): policy.metric
            }
        }
    }

    /// How many tasks above what the load is worth now.
    package enum Sizing: Equatable, Sendable {
        /// Headroom learnt from how well forecasts over the start time of tasks came true.
        case learnt(Caution)
        /// A fixed share above the load, in percent: plain target tracking.
        case fixed(headroomPercent: Double)
    }

    /// 0 to `maxTasks`.
    package var minTasks = 1
    /// At least 1, at most `Limits.tasksMax`.
    package var maxTasks = 10
    package var rule: Rule
    package var sizing = Sizing.learnt(.balanced)
    /// No change of a count while the load is worth less than this share away from it, in percent,
    /// 0 to 50.
    package var tolerancePercent = 0.0
    package var scaleOut = ScaleOutPolicy()
    package var scaleIn = ScaleInPolicy()
    package var panic = PanicPolicy()
    package var data = DataPolicy()
    package var schedules: [Schedule] = []
    package var pause = Pause.none
    /// An operator's: at least so many tasks, whatever else the minimum is.
    package var floor: Int?
    /// An operator's: at most so many tasks, instead of the maximum.
    package var ceiling: Int?
    /// Decide and say so, but do not act: the shell heeds it.
    package var dryRun = false

    package init(minTasks: Int = 1, maxTasks: Int = 10, rule: Rule) {
        self.minTasks = minTasks
        self.maxTasks = maxTasks
        self.rule = rule
    }

    /// Whether what was learnt and measured under this policy holds under the other.
    func measuresLike(_ other: ScalingPolicy) -> Bool {
        rule == other.rule && sizing == other.sizing && data == other.data
            && stabilization == other.stabilization
            && scaleOut.limit.period == other.scaleOut.limit.period
            && scaleIn.limit.period == other.scaleIn.limit.period
            && scaleOut.startTimeout == other.scaleOut.startTimeout
            && scaleOut.launchRate == other.scaleOut.launchRate
    }

    /// The stabilization window in force.
    package var stabilization: Duration {
        if let stabilization = scaleIn.stabilization { return stabilization }
        if case (.target, .learnt) = (rule, sizing) { return .seconds(60) }
        return .seconds(300)
    }
}

/// The one knob of learnt headroom: how many task-seconds one overloaded second is worth, as a
/// share of the fleet.
package struct Caution: Equatable, Sendable {
    /// `Limits.cautionMin` to `Limits.cautionMax`.
    package var value: Double

    package init(_ value: Double) {
        self.value = value
    }

    package static let economy = Caution(3.5)
    package static let balanced = Caution(7)
    package static let performance = Caution(30)
}

/// What limits a raise.
package struct ScaleOutPolicy: Equatable, Sendable {
    /// No raise within this time of the last one; 0 to `Limits.cooldownMax`.
    package var cooldown = Duration.zero
    package var limit = ChangeLimit()
    /// The most tasks that one change adds, 1 to `Limits.tasksMax`; `nil` does not limit.
    package var maxStep: Int?
    /// How fast the account launches tasks; `nil` leaves that to ECS, which queues what it cannot.
    package var launchRate: LaunchRate?
    /// When none of the tasks that were asked for came within this time: no further raise.
    /// `Limits.startTimeoutMin` to `Limits.startTimeoutMax`.
    package var startTimeout = Duration.seconds(300)

    package init() {}
}

/// A launch rate: so many tasks at once, then so many a second. Fargate launches 100 at once for an
/// account and 500 a minute for one service (AWS Fargate service quotas).
package struct LaunchRate: Equatable, Sendable {
    /// 1 to `Limits.tasksMax`.
    package var burst: Int
    /// 0.01 to 1,000.
    package var perSecond: Double

    package init(burst: Int = 100, perSecond: Double = 500.0 / 60) {
        self.burst = burst
        self.perSecond = perSecond
    }
}

/// When load is so far above what serves that a cooldown of raises does not count and nothing is
/// lowered, as in Knative's panic mode (knative/serving, docs/scaling/SYSTEM.md).
package struct PanicPolicy: Equatable, Sendable {
    /// The load in percent of what serves from which on it is a panic; 110 to 1,000.
    package var thresholdPercent = 200.0
    /// How long it lasts after the last such moment; 0 to `Limits.stabilizationMax`.
    package var hold = Duration.seconds(60)

    package init() {}
}

/// What allows and limits a lowering.
package struct ScaleInPolicy: Equatable, Sendable {
    /// Off by default, as in the sample.
    package var enabled = false
    /// No lowering within this time of the last change; 0 to `Limits.cooldownMax`.
    package var cooldown = Duration.zero
    /// Never below the highest count wanted within this time; 0 to `Limits.stabilizationMax`.
    /// `nil` takes what suits the sizing: learnt headroom remembers an hour's peaks itself.
    package var stabilization: Duration?
    /// No lowering this soon after the aggregator started; 0 to `Limits.stabilizationMax`.
    package var afterRestart = Duration.seconds(120)
    /// Half of the tasks a minute: when an upstream fails, nobody knows how much load comes back.
    package var limit = ChangeLimit(percent: 50)
    /// The most tasks that one change takes, 1 to `Limits.tasksMax`; `nil` does not limit.
    package var maxStep: Int?

    package init() {}
}

/// How much a count may change within a period; with both given the larger one counts, as in the
/// behaviors of Kubernetes' HorizontalPodAutoscaler (`selectPolicy: Max`).
package struct ChangeLimit: Equatable, Sendable {
    /// In percent of the count at the period's begin, 1 to 100,000; `nil` does not limit.
    package var percent: Double?
    /// Tasks, 1 to `Limits.tasksMax`; `nil` does not limit.
    package var tasks: Int?
    /// `Limits.periodMin` to `Limits.periodMax`.
    package var period = Duration.seconds(60)

    package init(percent: Double? = nil, tasks: Int? = nil, period: Duration = .seconds(60)) {
        self.percent = percent
        self.tasks = tasks
        self.period = period
    }
}

/// When data is good enough to decide on.
package struct DataPolicy: Equatable, Sendable {
    /// A task silent for longer counts as the mean of the others.
    package var staleAfter = Duration.seconds(5)
    /// A task silent for longer is gone.
    package var forgetAfter = Duration.seconds(60)
    /// With a smaller share of the running tasks reporting: hold. In percent, 1 to 100.
    package var quorumPercent = 50.0
    /// Counts of ECS that are older lower nothing.
    package var countsMaxAge = Duration.seconds(300)
    /// A task this young counts as the mean of the older ones, where it reports less, before a
    /// count is lowered; 0 to `Limits.cooldownMax`.
    package var warmUp = Duration.seconds(30)

    package init() {}
}

/// Which changes a person forbade for now.
package struct Pause: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let none: Pause = []
    package static let scaleOut = Pause(rawValue: 1)
    package static let scaleIn = Pause(rawValue: 2)
    package static let both: Pause = [.scaleOut, .scaleIn]
}
