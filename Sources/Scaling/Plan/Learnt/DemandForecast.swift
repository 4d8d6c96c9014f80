/// The demand a lead time from now, with headroom: forecasts of many kinds, combined as came out
/// best, and judged by what they said a lead time ago.
struct DemandForecast: Sendable {
    private static let historySeconds = 256
    private static let count = DemandMeans.forecastsCount
    /// The forecasts of a second, and their combination.
    private static let stride = count + 1

    private let caution: Double
    private var blend = LeastSquares(count: count, halfLifeSeconds: Tuning.blendHalfLifeSeconds)
    private var headroom = Headroom()
    /// Of the last seconds, newest over oldest.
    private var history = [Double](repeating: 0, count: stride * historySeconds)
    /// The first second whose forecasts are in `history` without a gap since.
    private var historyBegin = 0
    private var lastSecond = -1
    private var lastChoice = -60

    init(caution: Double) {
        self.caution = caution
    }

    /// Lets a second pass, and gives the demand to plan for at each caution, in tasks.
    ///
    /// `judges` says whether headroom was to cover that second: a lead time into a surge, what was
    /// ordered for it serves.
    mutating func plan(
        _ forecasts: [Double], actual: Double, noise: Double, second: Int, leadSeconds: Double,
        judges: Bool
    ) -> [Double] {
        if second != lastSecond + 1 { historyBegin = second }
        lastSecond = second
        let lag = min(Self.historySeconds - 1, max(1, Int(leadSeconds.rounded())))
        if second - lag >= historyBegin {
            let then = ((second - lag) % Self.historySeconds) * Self.stride
            let said = history[then + Self.count]
            let most = Tuning.blendClip * headroom.scale(said, noise: noise)
            blend.learn(
                history[then..<then + Self.count],
                actual: min(said + most, max(said - most, actual)))
            if judges { headroom.learn(forecast: said, actual: actual, noise: noise) }
        }
        let combined = blend.combine(forecasts)
        let here = (second % Self.historySeconds) * Self.stride
        for index in 0..<Self.count { history[here + index] = forecasts[index] }
        history[here + Self.count] = combined
        let plans = headroom.plans(combined, demand: actual, noise: noise)
        if second >= lastChoice + 60 {
            lastChoice = second
            blend.solve()
            headroom.choose(caution: caution)
        }
        return plans
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try blend.transfer(&archive)
        try headroom.transfer(&archive)
        try archive.list(&history)
        try archive.field(&historyBegin)
        try archive.field(&lastSecond)
        try archive.field(&lastChoice)
    }
}
