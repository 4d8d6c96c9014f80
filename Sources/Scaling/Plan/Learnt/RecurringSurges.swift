/// Surges that come at the same moment of every hour or every day, as timers all over the world
/// make them.
///
/// For each quarter of a minute, how far demand rose above what it was a lead time before; old
/// hours fade. How likely a rise is at a moment, the same moment of the last days tells, as if
/// there had been some more days that were like the hours. Where a rise stands out against what is
/// usual, tasks for it are started a lead time ahead, as many as cost least (the newsvendor's
/// choice, as in
/// `ScoreHistogram`).
struct RecurringSurges: Sendable {
    private static let binSeconds = 15
    private static let hourBins = 3_600 / binSeconds
    private static let historySeconds = 256

    private var hours = [RiseShares](repeating: RiseShares(), count: hourBins)
    /// The same over all of the hour: what is usual.
    private var usual = RiseShares()
    private var days = RiseLog(binsADay: 24 * hourBins)
    private var levels = [Double](repeating: 0, count: historySeconds)
    private var levelsSince = 0
    private var lastSecond = -1
    private var highest = 0.0
    private var chosen = (bin: -1, ratio: 0.0)

    private static let fade = exp2(-1 / Tuning.seasonHalfLifeHours)
    private static let usualFade = exp2(-1 / Tuning.seasonHalfLifeHours / Double(hourBins))

    /// A second passed: `level` is the demand now, `calm` a slower mean of it.
    mutating func advance(level: Double, calm: Double, second: Int, leadSeconds: Int) {
        if second != lastSecond + 1 {
            levelsSince = second
            highest = 0
        }
        lastSecond = second
        levels[second % Self.historySeconds] = calm
        guard second - leadSeconds >= levelsSince else { return }
        let before = levels[(second - leadSeconds) % Self.historySeconds]
        if before > 0.5 { highest = max(highest, level / before) }
        guard second % Self.binSeconds == Self.binSeconds - 1 else { return }
        note(RiseClass(ratio: highest), bin: second / Self.binSeconds)
        highest = 0
    }

    private mutating func note(_ rise: RiseClass, bin: Int) {
        hours[bin % Self.hourBins].insert(rise, fade: Self.fade)
        usual.insert(rise, fade: Self.usualFade)
        days.note(rise, bin: bin)
    }

    /// The demand to be ready for a lead time from now, in tasks; 0 where nothing stands out.
    ///
    /// `covered` is what is planned anyway.
    mutating func plan(covered: Double, second: Int, leadSeconds: Int, caution: Double) -> Double {
        let bin = (second + leadSeconds + Tuning.seasonMarginSeconds) / Self.binSeconds
        let base = calmLevel(second)
        if bin != chosen.bin {
            chosen = (bin, choose(bin, covered: covered / max(base, 1e-3), caution: caution))
        }
        return chosen.ratio * base
    }

    /// The level before a surge that may just have begun.
    private func calmLevel(_ second: Int) -> Double {
        var level = levels[second % Self.historySeconds]
        for lag in [30, 60] where second - lag >= levelsSince {
            level = min(level, levels[(second - lag) % Self.historySeconds])
        }
        return level
    }

    private func choose(_ bin: Int, covered: Double, caution: Double) -> Double {
        let hour = hours[bin % Self.hourBins]
        guard hour.total > Tuning.seasonHoursMin else { return 0 }
        let day = days.shares(before: bin)
        let prior = Tuning.seasonPriorDays
        var best = (gain: 0.0, ratio: 0.0)
        var share = 0.0
        var usualShare = 0.0
        for rise in RiseClass.rises {
            let ratio = rise.upperRatio
            if ratio <= covered { continue }
            // One more hour without a rise, so that what was seen once is not certain.
            let inHours = hour.weights[rise.index] / (hour.total + 1)
            share += (day.weights[rise.index] + prior * inHours) / (day.total + prior)
            usualShare += usual.weights[rise.index] / max(1, usual.total)
            let deviation = (share * max(0, 1 - share) / (hour.total + 1 + day.total)).squareRoot()
            let certain = share - Tuning.seasonDoubt * deviation - usualShare
            let gain =
                certain * caution * Tuning.seasonCaution
                - (ratio - max(1, covered)) * Tuning.seasonStartCost
            if gain > best.gain { best = (gain, ratio) }
        }
        return best.ratio
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        for index in hours.indices { try hours[index].transfer(&archive) }
        try usual.transfer(&archive)
        try days.transfer(&archive)
        try archive.list(&levels)
        try archive.field(&levelsSince)
        try archive.field(&lastSecond)
        try archive.field(&highest)
    }
}
