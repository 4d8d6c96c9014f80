import Telemetry

/// Averages and maxima of the demand, and the forecasts that they make.
struct DemandMeans: Sendable {
    static let forecastsCount = 9

    private var means = Tuning.meanSeconds.map(DecayingMean.init(seconds:))
    private var maxima = Tuning.maximaSeconds.map {
        SlidingMax<Double>(window: .seconds($0), resolution: .milliseconds($0 * 1000 / 60))
    }

    /// `e2` of the last seconds, newest first.
    private var recent: [Double] = []
    /// By how much demand rises a second, and has been rising for some time: a jump is none.
    private(set) var lastingRise = 0.0

    var isStarted: Bool { means[0].isStarted }
    var e2: Double { means[0].value }
    var e5: Double { means[1].value }
    var e15: Double { means[2].value }
    private var e45: Double { means[3].value }

    mutating func advance(_ work: Double, seconds: Double) {
        for index in means.indices { means[index].advance(work, seconds: seconds) }
    }

    /// The forecasts of the demand a lead time from now; asked once a second.
    ///
    /// What is seen now; the trend (C. C. Holt, "Forecasting Seasonals and Trends by Exponentially
    /// Weighted Moving Averages", 1957, reprinted in the International Journal of Forecasting
    /// 20(1), 2004); the maxima of windows; and slow means that are never below what is seen now.
    mutating func forecasts(now: Instant, leadSeconds: Double) -> [Double] {
        for index in maxima.indices { maxima[index].insert(e15, at: now) }
        noteRise()
        let slope = max(0, (e15 - e45) / Tuning.trendSpanSeconds)
        let trend = e15 + (Tuning.trendLagSeconds + leadSeconds) * slope
        var forecasts = [e5, trend, e15, max(e15, means[4].value), max(e15, means[5].value)]
        for maximum in maxima { forecasts.append(maximum.value(at: now) ?? e15) }
        return forecasts
    }

    private mutating func noteRise() {
        let (span, times) = (Tuning.riseSpanSeconds, Tuning.riseLastsSeconds)
        recent.insert(e2, at: 0)
        guard recent.count >= span + times else { return }
        if recent.count > span + times { recent.removeLast() }
        var least = Double.infinity
        for index in 0..<times { least = min(least, recent[index] - recent[index + span]) }
        lastingRise = max(0, least / Double(span))
    }
}
