/// How far demand comes out above its forecast, and the headroom that costs least.
struct Headroom: Sendable {
    /// In units of the usual error.
    private var chosen = CompletePolicy.cautionTimes.map { _ in 1.0 }
    private var scores = ScoreHistogram(
        halfLifeSeconds: Tuning.scoreHalfLifeSeconds, priorSeconds: Tuning.scorePriorSeconds)
    /// The usual error in units of what Poisson arrivals explain.
    private var errorScale = DecayingMean(seconds: Tuning.errorTauSeconds)
    /// The scale of the error relative to the forecast.
    private var relative = DecayingMean(seconds: Tuning.relativeTauSeconds)
    private var usualDemand = DecayingMean(seconds: Tuning.usualTauSeconds)

    init() {
        errorScale.restart(at: 1)
    }

    /// Square-root staffing: the error of a forecast grows with the root of it (S. Halfin and
    /// W. Whitt, "Heavy-Traffic Limits for Queues with Many Exponential Servers", Operations
    /// Research 29(3), 1981); by how much is learnt.
    private func spread(_ forecast: Double, noise: Double) -> Double {
        max(1e-6, (forecast * noise).squareRoot())
    }

    /// The usual error of a forecast, in tasks.
    func scale(_ forecast: Double, noise: Double) -> Double {
        max(Tuning.errorScaleMin, errorScale.value) * spread(forecast, noise: noise)
    }

    /// A second for which `forecast` was made came out as `actual`.
    mutating func learn(forecast: Double, actual: Double, noise: Double) {
        let error = (actual - forecast) / spread(forecast, noise: noise)
        scores.insert(error / max(Tuning.errorScaleMin, errorScale.value))
        // One far surge must not widen what is usual.
        let most = Tuning.errorClip * max(1, errorScale.value)
        errorScale.advance(min(most, abs(error)), seconds: 1)
    }

    /// The forecast with its headroom at each caution, in tasks; asked once a second.
    mutating func plans(_ forecast: Double, demand: Double, noise: Double) -> [Double] {
        let scale = scale(forecast, noise: noise)
        relative.advance(scale / max(forecast, 1e-3), seconds: 1)
        usualDemand.advance(demand, seconds: 1)
        return chosen.map { forecast + $0 * scale }
    }

    /// Chooses the headroom anew.
    ///
    /// An overloaded second is worth `caution` seconds of a fleet that is some tasks larger than
    /// the real one: in a small service users wait too.
    mutating func choose(caution: Double) {
        let fleet = 1 + Tuning.fleetMore / max(1, usualDemand.value)
        for (index, times) in CompletePolicy.cautionTimes.enumerated() {
            let bounded = min(Limits.cautionMax, max(Limits.cautionMin, caution * times))
            chosen[index] = scores.cheapest(
                overloadCost: bounded * fleet / max(relative.value, 1e-3))
        }
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try archive.list(&chosen)
        try scores.transfer(&archive)
        try errorScale.transfer(&archive)
        try relative.transfer(&archive)
        try usualDemand.transfer(&archive)
    }
}
