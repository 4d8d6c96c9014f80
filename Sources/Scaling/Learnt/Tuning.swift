/// The constants of the learnt headroom, in one place: one set for every service, found with
/// `bench decisions`.
enum Tuning {
    /// Averages of the demand, in seconds: for the floor, the forecasts and the trends.
    static let meanSeconds = [2.0, 5, 15, 45, 60, 300]
    /// Windows of the forecasts that are maxima.
    static let maximaSeconds: [Int64] = [60, 300, 900, 3_600]
    /// The 15 s mean and the 45 s mean lag a trend by 15 s and 45 s.
    static let trendSpanSeconds = 30.0
    static let trendLagSeconds = 15.0

    /// How fast the usual error of a forecast is learnt anew, and how far one error counts.
    static let errorTauSeconds = 5_400.0
    static let errorClip = 6.0
    static let errorScaleMin = 0.3
    /// Scores fade to a half in this time; at first they are as many seconds of Exp(1).
    static let scoreHalfLifeSeconds = 43_200.0
    static let scorePriorSeconds = 1_800.0
    /// Over what time the error is set in relation to the forecast.
    static let relativeTauSeconds = 7_200.0
    /// The fleet that an overloaded second is worth: that of the day's share in it, as a power, and
    /// over what time these minutes' is taken.
    static let steadyShare = 0.2
    static let usualTauSeconds = 86_400.0
    static let recentTauSeconds = 1_800.0
    /// What the combination of forecasts learnt fades to a half in this time; how near it stays to
    /// equal weights; how far beyond the highest forecast it may lead; and how many usual errors one
    /// second may be off.
    static let blendHalfLifeSeconds = 43_200.0
    static let blendRidge = 0.00003
    static let blendMost = 2.0
    static let blendClip = 2.0

    /// Standard deviations of Poisson arrivals above what is seen now that are always there.
    static let floorNoise = 3.0
    /// Standard deviations of Poisson arrivals by which demand exceeds the tasks in a surge.
    static let surgeNoise = 2.0
    /// Waiting work beyond that share of the tasks is a surge too.
    static let surgeQueueShare = 0.05
    /// Demand rises for some time when it did over each span of the last seconds; how much of the
    /// rise is ordered ahead over the start time.
    static let riseSpanSeconds = 10
    static let riseLastsSeconds = 25
    static let risePart = 2.0
    /// How much of the cheapest drain of a queue is ordered; all of it would start many tasks that
    /// serve for a minute.
    static let drainShare = 0.02
    /// A task that drains a queue is paid from its order to the end of its first minute or so.
    static let drainTaskSeconds = 75.0
    static let orderFactorMax = 10.0
    /// The order stays this long after the last short second.
    static let surgeHoldSeconds = 8.0
    /// Usual rises, in standard deviations, beyond which a rise is an early surge.
    static let earlyRise = 8.0
    static let earlyTauSeconds = 3_600.0

    /// An overloaded second in a surge that was to be foreseen costs this many times caution.
    static let seasonCaution = 5.0
    /// What a task costs that is started ahead, relative to one that runs already.
    static let seasonStartCost = 2.0
    /// Standard deviations by which a pattern must stand out to be believed.
    static let seasonDoubt = 2.0
    static let seasonMarginSeconds = 15
    static let seasonHalfLifeHours = 48.0
    static let seasonHoursMin = 3.5
}
