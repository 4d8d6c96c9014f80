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
    /// The demand of so many seconds ago is a forecast too: it tells a trend beside the means.
    static let lagSeconds = [12, 33]
    /// What the trend may add, as a share: more is a jump.
    static let trendMost = 0.25
    /// How far above what was seen within minutes a maximum still tells.
    static let maximaMost = 1.4

    /// How fast the usual error of a forecast is learnt anew, and how far one error counts.
    static let errorTauSeconds = 5_400.0
    static let errorClip = 5.0
    static let errorScaleMin = 0.3
    /// Scores fade to a half in this time; at first they are as many seconds of Exp(1).
    static let scoreHalfLifeSeconds = 28_800.0
    static let scorePriorSeconds = 2_400.0
    /// Over what time the error is set in relation to the forecast.
    static let relativeTauSeconds = 7_200.0
    /// By how many tasks a fleet is thought larger when an overloaded second is set against it, and
    /// over what time its size is taken.
    static let fleetMore = 2.4
    static let usualTauSeconds = 1_800.0
    /// What the combination of forecasts learnt fades to a half in this time; how near it stays to
    /// equal weights; how far beyond the highest forecast it may lead; and how many usual errors
    /// one second may be off.
    static let blendHalfLifeSeconds = 32_400.0
    static let blendRidge = 0.00003
    static let blendMost = 2.0
    static let blendClip = 1.9

    /// So far above the plan, in tasks and as a share, tasks are kept: a hysteresis of the count.
    static let keptTasks = 0.3
    static let keptShare = 0.012
    /// Standard deviations of Poisson arrivals above what is seen now that are always there.
    static let floorNoise = 2.7
    /// Standard deviations of Poisson arrivals by which demand exceeds the tasks in a surge.
    static let surgeNoise = 1.6
    /// Over what time the scatter of arrivals is learnt.
    static let scatterTauSeconds = 1_800.0
    /// Waiting work beyond that share of the tasks is a surge too.
    static let surgeQueueShare = 0.05
    /// Demand rises for some time when it did over each span of the last seconds; how much of the
    /// rise is ordered ahead over the start time.
    static let riseSpanSeconds = 9
    static let riseLastsSeconds = 22
    static let risePart = 1.8
    /// At most that share of the demand is ordered for its rise: most rises end soon.
    static let riseMost = 0.65
    /// How much of the cheapest drain of a queue is ordered; all of it would start many tasks that
    /// serve for a minute.
    static let drainShare = 0.06
    /// At most so many times the demand before the surge is started for its drain; a small service
    /// counts as one of some tasks, since few tasks are cheap beside all who wait.
    static let drainMost = 1.6
    static let drainBaseTasks = 5.0
    /// A task that drains a queue is paid from its order to the end of its first minute or so.
    static let drainTaskSeconds = 75.0
    static let orderFactorMax = 10.0
    /// The order stays this long after the last short second.
    static let surgeHoldSeconds = 10.0
    /// Usual rises, in standard deviations, beyond which a rise is an early surge.
    static let earlyRise = 8.0
    static let earlyTauSeconds = 3_600.0

    /// The costs of shadow policies fade to a half in this time.
    static let shadowHalfLifeSeconds = 28_800.0
    /// Before anything is seen, assumed costs count as so many seconds; that fades to a half in so
    /// many, whatever is seen.
    static let shadowPriorSeconds = 900.0
    static let shadowPriorHalfLifeSeconds = 1_200.0
    /// How fast the assumed share of overloaded seconds falls with headroom, and by how much it is
    /// more for a memory of a minute, and for what is not learnt yet.
    static let shadowRiskFall = 4.0
    static let shadowShortRisk = 0.1
    static let shadowLearntHeadroom = 0.3
    static let shadowLearntRisk = 0.2
    /// How much cheaper another policy must be to be followed, in fleets a second; and by how much
    /// learnt headroom is preferred in the end.
    static let shadowHysteresis = 0.02
    static let shadowLearntBonus = 0.1

    /// An overloaded second in a surge that was to be foreseen costs this many times caution.
    static let seasonCaution = 9.0
    /// What a task costs that is started ahead, relative to one that runs already.
    static let seasonStartCost = 2.0
    /// Standard deviations by which a pattern must stand out to be believed.
    static let seasonDoubt = 3.0
    static let seasonMarginSeconds = 20
    static let seasonHalfLifeHours = 48.0
    static let seasonHalfLifeDays = 14.0
    /// A moment of the day is thought to be like its hours until about so many days were seen.
    static let seasonPriorDays = 12.0
    /// What right beside that moment counts.
    static let seasonNear = 0.6
    static let seasonHoursMin = 3.5
}
