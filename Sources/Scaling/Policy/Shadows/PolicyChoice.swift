import Values

/// Which of the complete policies is followed: the one that would have cost least.
///
/// A forecast that errs little does not yet cost little: on arrivals in batches, forecasts follow
/// noise that is over before a task has started, and a policy that stands still costs less. So
/// what is set against each other is whole policies, each with shadow tasks on the demand that is
/// seen, and what they would have cost: their tasks, `caution` fleets for each overloaded second,
/// and a minute for each start.
///
/// For example, at caution 7, of an hour in which a fleet of 10 tasks was needed, learnt headroom
/// had 12 tasks and 90 overloaded seconds, so a second of it costs 1.2 + 7 × 90 ÷ 3600 = 1.375
/// fleets. The highest load of five minutes and 30 % had 13.5 tasks and 5 overloaded seconds, and
/// costs 1.36. It is not followed for that: the difference is below the hysteresis, since each
/// change of the leader costs starts. With 200 overloaded seconds learnt headroom costs 1.59, and
/// the other one leads.
///
/// Before much is seen each has the cost that its headroom and memory let one assume, which fades
/// with what is seen and with the first hour; so the service begins with the safest and comes
/// nearer to the load as nothing happens. Old costs fade. Once there is something to know, learnt
/// headroom is followed unless another one is clearly cheaper.
///
/// Follow the leader, with a prior in place of chance: Y. Freund and R. E. Schapire, "A
/// Decision-Theoretic Generalization of On-Line Learning and an Application to Boosting", Journal
/// of Computer and System Sciences 55(1), 1997 (Hedge); changes have a price, as in A. Blum and
/// C. Burch, "On-line Learning and the Metrical Task System Problem", Machine Learning 39, 2000.
struct PolicyChoice: Sendable {
    private let caution: Double
    private var shadows = CompletePolicy.family.map(ShadowPolicy.init)
    private var leader = Self.index(of: .safest)
    private(set) var leading = LeadingPolicy(
        policy: .safest, isEarly: true, cost: 0, costOfLearnt: 0)
    private var fleet = DecayingMean(seconds: Tuning.usualTauSeconds)
    /// The seconds that costs are a sum of, faded as these; and all that were seen.
    private var weight = 0.0
    private var secondsSeen = 0.0
    private var lastChoice = -Self.secondsBetween

    private static let secondsBetween = 10
    private static let fade = exp2(-1 / Tuning.shadowHalfLifeSeconds)
    private static let learnt = CompletePolicy.ownCaution

    init(caution: Double) {
        self.caution = caution
    }

    private static func index(of policy: CompletePolicy) -> Int {
        CompletePolicy.family.firstIndex(of: policy) ?? 0
    }

    /// The tasks that the leader plans.
    var plan: Double { shadows[leader].plan }

    /// Lets a second pass; `learnt` is what learnt headroom plans at each of its cautions, `least`
    /// what every policy keeps: the demand as it is, and a surge that the hour or the day brings.
    mutating func advance(
        _ signal: DemandSignal, _ means: DemandMeans, _ signs: SurgeSigns, learnt: [Double],
        least: Double, second: Int, leadSeconds: Int, now: Instant
    ) {
        fleet.advance(signal.work, seconds: 1)
        let shared = ShadowSecond(
            number: second, now: now, lead: leadSeconds, caution: caution,
            fleet: max(0.5, fleet.value) + Tuning.fleetMore, fade: Self.fade)
        for index in shadows.indices {
            let policy = shadows[index].policy
            let plan: Double
            switch policy.basis {
            case .learnt: plan = max(least, learnt[index])
            case .mean: plan = max(least, means.e60 * policy.factor)
            case .highest(let minutes):
                plan = max(least, means.highest(minutes: minutes) * policy.factor)
            }
            shadows[index].advance(plan: plan, signal, means, signs, shared)
        }
        weight = weight * Self.fade + 1
        secondsSeen += 1
        guard second >= lastChoice + Self.secondsBetween else { return }
        lastChoice = second
        choose()
    }

    private mutating func choose() {
        var best = (index: leader, cost: cost(leader) - Tuning.shadowHysteresis)
        for index in shadows.indices {
            let cost = cost(index)
            if cost < best.cost { best = (index, cost) }
        }
        leader = best.index
        leading = nameLeader()
    }

    /// How much of the first hour is left: from 1 to 0.
    private var unseen: Double { exp2(-secondsSeen / Tuning.shadowPriorHalfLifeSeconds) }

    /// What a second of it costs, in fleets.
    private func cost(_ index: Int) -> Double {
        let prior = Tuning.shadowPriorSeconds * unseen
        let assumed = shadows[index].policy.costAssumed(caution: caution)
        let mean = (shadows[index].cost + prior * assumed) / (weight + prior)
        return index == Self.learnt ? mean - Tuning.shadowLearntBonus * (1 - unseen) : mean
    }

    private func nameLeader() -> LeadingPolicy {
        LeadingPolicy(
            policy: shadows[leader].policy, isEarly: unseen > 0.5,
            cost: shadows[leader].cost / max(1, weight),
            costOfLearnt: shadows[Self.learnt].cost / max(1, weight))
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        for index in shadows.indices { try shadows[index].transfer(&archive) }
        try archive.field(&leader)
        try fleet.transfer(&archive)
        try archive.field(&weight)
        try archive.field(&secondsSeen)
        try archive.field(&lastChoice)
        guard shadows.indices.contains(leader), weight >= 0, secondsSeen >= 0 else {
            throw .damaged
        }
        leading = nameLeader()
    }
}

/// Which policy a plan follows, and what it would have cost a second, in fleets.
struct LeadingPolicy: Equatable, Sendable {
    let policy: CompletePolicy
    /// Whether little is known yet.
    let isEarly: Bool
    let cost: Double
    let costOfLearnt: Double
}
