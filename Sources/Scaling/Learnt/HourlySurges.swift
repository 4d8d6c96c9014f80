/// Surges that come at the same moment of every hour, as timers all over the world make them.
///
/// For each 15 s of the hour, how far demand rose above what it was a lead time before; old hours
/// fade. Where a rise stands out against the rest of the hour, tasks for it are started a lead
/// time ahead, as many as cost least (the newsvendor's choice, as in `ScoreHistogram`).
struct HourlySurges: Sendable {
    private static let binSeconds = 15
    private static let bins = 3_600 / binSeconds
    /// Lower edges of the classes of rises, as a ratio.
    private static let edges = [1.0, 1.15, 1.3, 1.5, 1.75, 2, 2.5, 3, 4, 5, 7, 10, 12]
    private static let classes = edges.count - 1
    private static let historySeconds = 256

    private var rises = [Double](repeating: 0, count: bins * classes)
    private var hours = [Double](repeating: 0, count: bins)
    /// The same over all of the hour: what is usual.
    private var usual = [Double](repeating: 0, count: classes)
    private var usualTotal = 0.0
    private var levels = [Double](repeating: 0, count: historySeconds)
    private var levelsSince = 0
    private var lastSecond = -1
    private var highest = 0.0
    private var chosen = (bin: -1, ratio: 0.0)

    private static let fade = exp2(-1 / Tuning.seasonHalfLifeHours)
    private static let usualFade = exp2(-1 / Tuning.seasonHalfLifeHours / Double(bins))

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
        note(highest, bin: (second / Self.binSeconds) % Self.bins)
        highest = 0
    }

    private mutating func note(_ ratio: Double, bin: Int) {
        let kind = (Self.edges.firstIndex { $0 > ratio } ?? Self.classes) - 1
        let first = bin * Self.classes
        for index in 0..<Self.classes {
            rises[first + index] *= Self.fade
            usual[index] *= Self.usualFade
        }
        hours[bin] = hours[bin] * Self.fade + 1
        usualTotal = usualTotal * Self.usualFade + 1
        rises[first + max(0, min(kind, Self.classes - 1))] += 1
        usual[max(0, min(kind, Self.classes - 1))] += 1
    }

    /// The demand to be ready for a lead time from now, in tasks; 0 where nothing stands out.
    ///
    /// `covered` is what is planned anyway.
    mutating func plan(covered: Double, second: Int, leadSeconds: Int, caution: Double) -> Double {
        let ahead = second + leadSeconds + Tuning.seasonMarginSeconds
        let bin = (ahead / Self.binSeconds) % Self.bins
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
        let total = hours[bin] + 1
        guard total > Tuning.seasonHoursMin + 1 else { return 0 }
        var best = (gain: 0.0, ratio: 0.0)
        var share = 0.0
        var usualShare = 0.0
        for kind in 1..<Self.classes {
            let ratio = Self.edges[kind + 1]
            if ratio <= covered { continue }
            share += rises[bin * Self.classes + kind] / total
            usualShare += usual[kind] / max(1, usualTotal)
            let doubt = Tuning.seasonDoubt * (share * max(0, 1 - share) / total).squareRoot()
            let worth = (share - doubt - usualShare) * caution * Tuning.seasonCaution
            let gain = worth - (ratio - max(1, covered)) * Tuning.seasonStartCost
            if gain > best.gain { best = (gain, ratio) }
        }
        return best.ratio
    }
}
