import Scaling

/// What a seed makes: one service, its policy, its traffic, and what happens to it.
package struct Script: Sendable {
    package let seed: UInt64
    var seconds: Double
    var policy: ScalingPolicy
    /// Requests that one task serves at once, and how long one takes.
    var target: Double
    var serviceSeconds: Double
    /// Tasks' worth of load, without incidents: a mean, and by how much a day swings.
    var meanTasks: Double
    var swing: Double
    var initialTasks: Int
    /// A schedule's minimum, for the first part of each hour.
    var hourly: (tasks: Int, seconds: Double)?
    var incidents: [Incident]

    /// Half a day of one service with some ten incidents.
    package init(seed: UInt64, seconds: Double = 43_200, incidents: Bool = true) {
        var dice = Dice(seed: seed)
        self.seed = seed
        self.seconds = seconds
        target = dice.pick([5, 10, 20, 40])
        serviceSeconds = dice.pick([0.02, 0.05, 0.2, 1])
        // No load stays on the edge between two counts for hours.
        meanTasks = dice.pick([0.4, 2, 5, 12, 25]) * dice.between(0.9, 1.1)
        swing = dice.chance(0.5) ? 0 : dice.between(0, 0.6)
        policy = Self.policy(&dice, target: target, meanTasks: meanTasks)
        initialTasks = max(policy.minTasks, min(policy.maxTasks, Int(meanTasks * 1.3) + 1))
        self.incidents = []
        if dice.chance(0.2) { setHourly(&dice) }
        guard incidents else { return }
        let count = dice.int(3...14)
        for _ in 0..<count { self.incidents.append(Self.incident(&dice, seconds, meanTasks)) }
        self.incidents.sort { $0.begin < $1.begin }
    }

    /// When a world begins, by the wall clock.
    static let startMs: Int64 = 1_790_000_000_000

    private mutating func setHourly(_ dice: inout Dice) {
        let tasks = min(policy.maxTasks, policy.minTasks + dice.int(1...6))
        let seconds = dice.pick([600.0, 1_200])
        guard
            let schedule = try? Schedule(
                name: "hourly", cron: "0 * * * *", duration: .seconds(Int64(seconds)),
                minTasks: tasks)
        else { return }
        policy.schedules = [schedule]
        hourly = (tasks, seconds)
    }

    /// The least count at a moment, schedules included.
    func minTasks(at second: Double) -> Int {
        guard let hourly else { return policy.minTasks }
        let ofHour = (Double(Self.startMs / 1000) + second)
            .truncatingRemainder(dividingBy: 3_600)
        return ofHour < hourly.seconds ? max(policy.minTasks, hourly.tasks) : policy.minTasks
    }

    private static func policy(
        _ dice: inout Dice, target: Double, meanTasks: Double
    ) -> ScalingPolicy {
        var targets = [TargetMetric(metric: .busy, value: target)]
        if dice.chance(0.25) { targets.append(TargetMetric(metric: .cpu, value: 60)) }
        var policy = ScalingPolicy(
            minTasks: dice.pick([0, 1, 1, 2, 3]),
            maxTasks: max(6, Int(meanTasks * dice.between(2, 8))),
            rule: .target(targets))
        if dice.chance(0.4) { policy.sizing = .fixed(headroomPercent: dice.pick([0, 20, 50])) }
        policy.scaleIn.enabled = dice.chance(0.75)
        if dice.chance(0.3) { policy.scaleIn.stabilization = .seconds(dice.pick([30, 300, 900])) }
        if dice.chance(0.2) { policy.scaleOut.limit = ChangeLimit(percent: 100) }
        if dice.chance(0.2) { policy.scaleOut.cooldown = .seconds(60) }
        if dice.chance(0.3) { policy.scaleIn.limit = ChangeLimit(percent: 10) }
        return policy
    }

    private static func incident(
        _ dice: inout Dice, _ seconds: Double, _ meanTasks: Double
    ) -> Incident {
        let kind = dice.pick(Incident.Kind.allCases)
        let begin = dice.between(600, max(601, seconds - 4_000))
        let (length, size) = shape(of: kind, &dice, meanTasks)
        return Incident(kind: kind, begin: begin, end: begin + length, size: size)
    }

    /// How long, and how much.
    private static func shape(
        of kind: Incident.Kind, _ dice: inout Dice, _ meanTasks: Double
    ) -> (Double, Double) {
        switch kind {
        case .surge: (dice.between(30, 2_400), dice.pick([1.5, 2, 3, 6]))
        case .vanish: (dice.between(20, 900), 0.01)
        case .stall: (dice.pick([0.2, 1, 3, 10, 60]), 1)
        case .slowdown: (dice.between(30, 1_800), dice.between(1.3, 4))
        case .streamsAlone: (dice.between(120, 1_800), dice.between(0.3, 1))
        case .streams: (dice.between(120, 3_600), dice.between(0.5, 3))
        case .looksFail, .writesFail, .writesUnanswered, .throttled:
            (dice.pick([5, 30, 120, 600]), dice.pick([0.5, 1]))
        case .staleReads: (dice.between(30, 600), dice.pick([2, 8, 30]))
        case .truncatedReads: (dice.between(10, 120), 0.3)
        case .noCapacity: (dice.between(60, 1_800), dice.pick([0.5, 1]))
        case .slowStarts: (dice.between(300, 3_600), dice.between(2, 6))
        case .tasksDie: (1, Double(dice.int(1...3)))
        case .rebalancing: (dice.between(60, 300), 0.3)
        case .rolling, .failedRolling: (dice.pick([900, 1_800, 3_600]), dice.pick([0, 1]))
        case .blueGreen, .codeDeploy: (dice.between(600, 3_600), 1)
        case .silentAgents: (dice.between(10, 1_200), dice.pick([0.02, 0.2, 0.6, 1]))
        case .agentsRestart: (1, 1)
        case .saturatedTask: (dice.between(10, 300), 1)
        case .usageUnknown: (dice.between(20, 600), dice.pick([0.95, 1]))
        case .leakedGauge: (dice.between(600, 3_600), dice.between(0.2, 12))
        case .liar: (dice.between(10, 300), dice.pick([1_000, 1_000_000]))
        case .lateReports: (dice.between(10, 120), dice.between(1, 4))
        case .bump: (1, dice.between(1.2, 4))
        case .lowerByHand: (1, dice.between(0.1, 0.7))
        case .setToZero: (dice.between(120, 1_800), 0)
        case .pauseLowering, .pauseAll: (dice.between(60, 1_800), 1)
        case .otherScaler: (dice.between(600, 3_600), 1.5)
        case .restart: (1, 1)
        case .freeze: (dice.pick([3, 12, 90]), 1)
        }
    }
}
