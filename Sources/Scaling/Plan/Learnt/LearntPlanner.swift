import Values

/// Plans tasks for the demand a lead time from now: by the complete policy that would have cost
/// least, be it forecasts with learnt headroom or a plainer one; for surges; and for those that
/// every hour or every day brings.
///
/// Time is continuous: `settle` is told how long the last signal held, as seldom or as often as
/// reports come. What learns does so once a second.
struct LearntPlanner: Sendable {
    private let caution: Double
    private var startedAt: Instant
    private var means = DemandMeans()
    private var demand: DemandForecast
    private var surges: SurgeDetector
    private var recurring = RecurringSurges()
    private var choice: PolicyChoice
    private var nextSecond = 0
    private var forecast = 0.0

    struct Plan: Equatable, Sendable {
        /// In tasks.
        var tasks: Double
        /// What is let go only below this: without what is ordered only for a surge, and a little
        /// more than is planned, so that a plan that wavers does not stop and start tasks by turns.
        var kept: Double
        var mode: DecisionMode
        var leading: LeadingPolicy
    }

    init(caution: Caution, now: Instant) {
        self.caution = caution.value
        startedAt = now
        demand = DemandForecast(caution: caution.value)
        surges = SurgeDetector(caution: caution.value)
        choice = PolicyChoice(caution: caution.value)
    }

    /// The plan at this instant; the same however often it is asked.
    func plan(_ signal: DemandSignal, leadSeconds: Double) -> Plan {
        let lasting = max(forecast, least(signal))
        let kept = lasting * (1 + Tuning.keptShare) + Tuning.keptTasks
        let order = surges.order(signal, means, leadSeconds: leadSeconds)
        if let order, order.tasks > lasting {
            return Plan(tasks: order.tasks, kept: kept, mode: order.mode, leading: choice.leading)
        }
        return Plan(tasks: lasting, kept: kept, mode: .learnt, leading: choice.leading)
    }

    /// Never below what is seen now, and what its noise adds.
    private func least(_ signal: DemandSignal) -> Double {
        let floor = means.isStarted ? means.e2 : signal.work
        return floor + Tuning.floorNoise * (floor * signal.noise).squareRoot()
    }

    /// The signal held for the last `seconds`, until `now`.
    mutating func settle(
        _ signal: DemandSignal, seconds: Double, leadSeconds: Double, now: Instant
    ) {
        means.advance(signal.work, requestWork: signal.requestWork, seconds: seconds)
        surges.settle(signal, means, leadSeconds: leadSeconds, seconds: seconds, now: now)
        let second = Int((now - startedAt).wholeMilliseconds / 1000)
        guard second >= nextSecond else { return }
        nextSecond = second + 1
        learn(signal, second: second, leadSeconds: leadSeconds, now: now)
    }

    private mutating func learn(
        _ signal: DemandSignal, second: Int, leadSeconds: Double, now: Instant
    ) {
        let noise = max(1e-6, signal.noise)
        let forecasts = means.forecasts(now: now, leadSeconds: leadSeconds)
        let planned = demand.plan(
            forecasts, actual: signal.work, noise: noise, second: second, leadSeconds: leadSeconds,
            judges: surges.surgeSeconds <= leadSeconds)
        let lead = min(200, max(1, Int(leadSeconds.rounded())))
        recurring.advance(level: means.e5, calm: means.e15, second: second, leadSeconds: lead)
        let foreseen = recurring.plan(
            covered: planned[CompletePolicy.ownCaution], second: second, leadSeconds: lead,
            caution: caution)
        surges.noteScatter(signal, means)
        choice.advance(
            signal, means, surges.signs(means), learnt: planned,
            least: max(least(signal), foreseen), second: second, leadSeconds: lead, now: now)
        forecast = choice.plan
    }

    /// Seconds are counted on from those before, so that minutes of the hour stay what they were.
    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try archive.field(&startedAt)
        try archive.field(&nextSecond)
        try means.transfer(&archive)
        try demand.transfer(&archive)
        try surges.transfer(&archive)
        try recurring.transfer(&archive)
        try choice.transfer(&archive)
        try archive.field(&forecast)
    }
}
