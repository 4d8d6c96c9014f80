import Telemetry

/// Competing forecasts: each is judged by what it said a lead time ago, and they are mixed by what
/// each would cost.
///
/// The weights are those of Hedge (Y. Freund and R. E. Schapire, "A Decision-Theoretic
/// Generalization of On-Line Learning and an Application to Boosting", Journal of Computer and
/// System Sciences 55(1), 1997), over costs that fade.
struct ForecastMix: Sendable {
    static let historySeconds = 256
    private static let count = DemandMeans.forecastsMax

    private let caution: Double
    private var forecasters = [Forecaster](repeating: Forecaster(), count: count)
    private var weights = [Double](repeating: 1 / Double(count), count: count)
    private var demand = DecayingMean(seconds: Tuning.regretTauSeconds)
    /// The forecasts of the last seconds, newest over oldest.
    private var history = [Double](repeating: 0, count: count * historySeconds)
    /// The first second whose forecasts are in `history` without a gap since.
    private var historyBegin = 0
    private var lastSecond = -1
    private var lastChoice = -60

    init(caution: Double) {
        self.caution = caution
    }

    /// Lets a second pass, and gives the demand to plan for, in tasks.
    mutating func plan(
        _ forecasts: [Double], actual: Double, noise: Double, second: Int, leadSeconds: Double
    ) -> Double {
        if second != lastSecond + 1 { historyBegin = second }
        lastSecond = second
        let lag = min(Self.historySeconds - 1, max(1, Int(leadSeconds.rounded())))
        if second - lag >= historyBegin {
            let then = ((second - lag) % Self.historySeconds) * Self.count
            for index in 0..<Self.count {
                forecasters[index].learn(
                    forecast: history[then + index], actual: actual, noise: noise)
            }
        }
        let here = (second % Self.historySeconds) * Self.count
        for index in 0..<Self.count { history[here + index] = forecasts[index] }
        demand.advance(actual, seconds: 1)
        if second >= lastChoice + 60 {
            lastChoice = second
            choose()
        }
        var mixed = 0.0
        for index in 0..<Self.count {
            mixed += weights[index] * forecasters[index].plan(forecasts[index], noise: noise)
        }
        return mixed
    }

    private mutating func choose() {
        var costs = weights
        for index in forecasters.indices {
            forecasters[index].choose(caution: caution)
            costs[index] = forecasters[index].cost(demand: demand.value, caution: caution)
        }
        let least = costs.min() ?? 0
        var sum = 0.0
        for index in weights.indices {
            weights[index] = decay(min(50, (costs[index] - least) / Tuning.regretTemperature))
            sum += weights[index]
        }
        for index in weights.indices { weights[index] /= sum }
    }
}
