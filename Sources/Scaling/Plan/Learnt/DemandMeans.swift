import Values

/// Averages and maxima of the demand, and the forecasts that they make.
struct DemandMeans: Sendable {
    static let forecastsCount = 7 + Tuning.lagSeconds.count + Tuning.maximaSeconds.count

    /// In requests a second, where that is known: what service that becomes slower makes of the
    /// same requests is no rise.
    private var means = Tuning.meanSeconds.map(DecayingMean.init(seconds:))
    private var maxima = Self.noMaxima
    private static let noMaxima = Tuning.maximaSeconds.map {
        SlidingMax<Double>(window: .seconds($0), resolution: .milliseconds($0 * 1000 / 60))
    }
    /// What these maxima were in the last second.
    private var highs = Tuning.maximaSeconds.map { _ in 0.0 }
    /// `e2` of the last seconds, newest first.
    private var recent: [Double] = []
    private static let recentSeconds = 64
    private var leastRise = 0.0
    /// Tasks for each unit of the means: in proportion to the work of a request, once that is
    /// known.
    private var unit = 1.0
    private var isServiceKnown = false

    var isStarted: Bool { means[0].isStarted }
    var e2: Double { means[0].value * unit }
    var e5: Double { means[1].value * unit }
    var e15: Double { means[2].value * unit }
    private var e45: Double { means[3].value * unit }
    var e60: Double { means[4].value * unit }
    var e300: Double { means[5].value * unit }
    /// The highest 15 s mean of so many minutes: 1, 5, 15 or 60.
    func highest(minutes: Int) -> Double {
        let index = Tuning.maximaSeconds.firstIndex(of: Int64(minutes) * 60) ?? 0
        return highs[index] * unit
    }

    /// By how much demand rises a second, and has been rising for some time: a jump is none.
    var lastingRise: Double { leastRise * unit }

    /// Demand was `work` for so long; one request is in proportion to `requestWork` of it, where
    /// that is known.
    mutating func advance(_ work: Double, requestWork: Double?, seconds: Double) {
        if let requestWork {
            if !isServiceKnown { restart(unit: requestWork) }
            unit = requestWork
        }
        for index in means.indices { means[index].advance(work / unit, seconds: seconds) }
    }

    /// Means go on in another unit; what was before them is forgotten.
    private mutating func restart(unit: Double) {
        isServiceKnown = true
        for index in means.indices where means[index].isStarted {
            means[index].restart(at: means[index].value / unit)
        }
        maxima = Self.noMaxima
        recent = []
        leastRise = 0
    }

    /// The forecasts of the demand a lead time from now; asked once a second.
    ///
    /// What is seen now; the trend (C. C. Holt, "Forecasting Seasonals and Trends by Exponentially
    /// Weighted Moving Averages", 1957, reprinted in the International Journal of Forecasting
    /// 20(1), 2004), as far as it is no jump; means of several spans and demand some seconds ago,
    /// whose differences are trends too; slow means that are never below what is seen now; and the
    /// maxima of windows, until demand has fallen far below them.
    mutating func forecasts(now: Instant, leadSeconds: Double) -> [Double] {
        for index in maxima.indices { maxima[index].insert(means[2].value, at: now) }
        noteRise()
        let slope = max(0, (e15 - e45) / Tuning.trendSpanSeconds)
        let rise = (Tuning.trendLagSeconds + leadSeconds) * slope
        let trend = e15 + min(rise, Tuning.trendMost * e15)
        var forecasts = [e5, trend, e15, e2, e45, max(e15, e60), max(e15, e300)]
        for lag in Tuning.lagSeconds {
            forecasts.append(recent.count > lag ? recent[lag] * unit : e15)
        }
        let most = Tuning.maximaMost * max(e15, e300)
        for index in maxima.indices {
            highs[index] = maxima[index].value(at: now) ?? means[2].value
            forecasts.append(min(most, highs[index] * unit))
        }
        return forecasts
    }

    private mutating func noteRise() {
        let (span, times) = (Tuning.riseSpanSeconds, Tuning.riseLastsSeconds)
        recent.insert(means[0].value, at: 0)
        if recent.count > Self.recentSeconds { recent.removeLast() }
        guard recent.count >= span + times else { return }
        var least = Double.infinity
        for index in 0..<times { least = min(least, recent[index] - recent[index + span]) }
        leastRise = max(0, least / Double(span))
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        for index in means.indices { try means[index].transfer(&archive) }
        for index in maxima.indices { try maxima[index].transfer(&archive) }
        try archive.list(&recent, most: Self.recentSeconds)
        try archive.field(&leastRise)
        try archive.field(&unit)
        try archive.field(&isServiceKnown)
        if archive.gap > Self.recentFor { forgetLevel() }
    }

    /// After so long the load may be another; what its peaks were, is still to be known.
    private static let recentFor = Duration.seconds(60)

    private mutating func forgetLevel() {
        means = Tuning.meanSeconds.map(DecayingMean.init(seconds:))
        recent = []
        leastRise = 0
    }
}
