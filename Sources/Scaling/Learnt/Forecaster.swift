/// How good one forecast is, and the headroom it needs.
struct Forecaster: Sendable {
    private(set) var headroom = 1.0
    /// The share of seconds in which demand exceeds the forecast and its headroom.
    private(set) var risk = 0.5
    private var scores = ScoreHistogram(
        halfLifeSeconds: Tuning.scoreHalfLifeSeconds, priorSeconds: Tuning.scorePriorSeconds)
    /// The usual error in units of what Poisson arrivals explain.
    private var errorScale = DecayingMean(seconds: Tuning.errorTauSeconds)
    /// The scale of the error relative to the forecast.
    private var relative = DecayingMean(seconds: Tuning.regretTauSeconds)
    private var planned = DecayingMean(seconds: Tuning.regretTauSeconds)

    init() {
        errorScale.restart(at: 1)
    }

    /// Square-root staffing: the error of a forecast grows with the root of it (S. Halfin and
    /// W. Whitt, "Heavy-Traffic Limits for Queues with Many Exponential Servers", Operations
    /// Research 29(3), 1981); by how much is learnt.
    private func spread(_ forecast: Double, noise: Double) -> Double {
        max(1e-6, (forecast * noise).squareRoot())
    }

    private func scale(_ spread: Double) -> Double {
        max(Tuning.errorScaleMin, errorScale.value) * spread
    }

    /// A second for which `forecast` was made came out as `actual`.
    mutating func learn(forecast: Double, actual: Double, noise: Double) {
        let spread = spread(forecast, noise: noise)
        let error = (actual - forecast) / spread
        scores.insert(error / max(Tuning.errorScaleMin, errorScale.value))
        // One far surge must not widen what is usual.
        let most = Tuning.errorClip * max(1, errorScale.value)
        errorScale.advance(min(most, abs(error)), seconds: 1)
    }

    /// The forecast with its headroom, in tasks; asked once a second.
    mutating func plan(_ forecast: Double, noise: Double) -> Double {
        let scale = scale(spread(forecast, noise: noise))
        relative.advance(scale / max(forecast, 1e-3), seconds: 1)
        let plan = forecast + headroom * scale
        planned.advance(plan, seconds: 1)
        return plan
    }

    /// Chooses the headroom anew.
    mutating func choose(caution: Double) {
        (headroom, risk) = scores.cheapest(overloadCost: caution / max(relative.value, 1e-3))
    }

    /// What following it alone costs a second, in shares of the demand.
    func cost(demand: Double, caution: Double) -> Double {
        planned.value / max(demand, 1e-3) + caution * risk
    }
}
