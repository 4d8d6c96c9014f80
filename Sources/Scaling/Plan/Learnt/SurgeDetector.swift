import Values

/// Orders tasks when demand is above what serves, or rises as it usually does not.
struct SurgeDetector: Sendable {
    private let caution: Double
    private var riseVariance = DecayingMean(seconds: Tuning.earlyTauSeconds)
    private var scatter = DecayingMean(seconds: Tuning.scatterTauSeconds)
    private var latch = SurgeLatch()

    init(caution: Double) {
        self.caution = caution
    }

    /// How long the surge has lasted.
    var surgeSeconds: Double { latch.surgeSeconds }

    func signs(_ means: DemandMeans) -> SurgeSigns {
        let rise = means.e5 - means.e15
        let isEarly =
            riseVariance.isStarted && rise > 1e-3
            && rise > Tuning.earlyRise * riseVariance.value.squareRoot()
        return SurgeSigns(early: isEarly ? means.e5 : nil, scatter: max(1, scatter.value))
    }

    /// What to order now; nothing is kept of the question.
    func order(
        _ signal: DemandSignal, _ means: DemandMeans, leadSeconds: Double
    ) -> SurgeOrder? {
        latch.order(signal, means, signs(means), leadSeconds: leadSeconds, caution: caution)
    }

    /// The signal held for the last `seconds`.
    mutating func settle(
        _ signal: DemandSignal, _ means: DemandMeans, leadSeconds: Double, seconds: Double,
        now: Instant
    ) {
        latch.settle(
            signal, means, signs(means), leadSeconds: leadSeconds, caution: caution,
            seconds: seconds, now: now)
        let rise = means.e5 - means.e15
        let most = riseVariance.isStarted ? 9 * max(riseVariance.value, 1e-6) : .infinity
        riseVariance.advance(min(rise * rise, most), seconds: seconds)
    }

    /// A second passed: how far its demand was from the mean, in squares of what Poisson arrivals
    /// explain. Batches of requests are far more; one surge is not.
    mutating func noteScatter(_ signal: DemandSignal, _ means: DemandMeans) {
        let apart = signal.work - means.e15
        let explained = max(1e-6, means.e15 * signal.noise)
        let most = 9 * max(1, scatter.value)
        scatter.advance(min(most, apart * apart / explained), seconds: 1)
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try riseVariance.transfer(&archive)
        try scatter.transfer(&archive)
    }
}

/// What the demand shows of a surge, whatever serves.
struct SurgeSigns: Sendable {
    /// What to order where demand rises as it usually does not.
    var early: Double?
    /// The variance of a second's demand, in that of Poisson arrivals; at least 1.
    var scatter: Double
}

struct SurgeOrder: Equatable, Sendable {
    var tasks: Double
    var mode: DecisionMode
}

/// The order of one surge of one fleet, kept until some seconds after its last short one.
struct SurgeLatch: Sendable {
    private(set) var latched = SurgeOrder(tasks: 0, mode: .surge)
    private var latchedUntil: Instant?
    /// How long the surge has lasted: tasks ordered at its begin come that much sooner.
    private(set) var surgeSeconds = 0.0
    /// The demand of the last minutes before the surge.
    private var demandBefore = 0.0

    func order(
        _ signal: DemandSignal, _ means: DemandMeans, _ signs: SurgeSigns, leadSeconds: Double,
        caution: Double
    ) -> SurgeOrder? {
        let late = surge(signal, means, signs, leadSeconds: leadSeconds, caution: caution)
        return order(late: late, early: signs.early)
    }

    private func order(late: Double?, early: Double?) -> SurgeOrder? {
        var order = latched.tasks > 0 ? latched : nil
        if let early, early > order?.tasks ?? 0 {
            order = SurgeOrder(tasks: early, mode: .earlySurge)
        }
        if let late, late > order?.tasks ?? 0 { order = SurgeOrder(tasks: late, mode: .surge) }
        return order
    }

    /// Asked when time moves on.
    mutating func settle(
        _ signal: DemandSignal, _ means: DemandMeans, _ signs: SurgeSigns, leadSeconds: Double,
        caution: Double, seconds: Double, now: Instant
    ) {
        if latchedUntil == nil { demandBefore = means.e300 }
        let late = surge(signal, means, signs, leadSeconds: leadSeconds, caution: caution)
        if late != nil { surgeSeconds += seconds }
        if late != nil || signs.early != nil {
            if let order = order(late: late, early: signs.early) { latched = order }
            latchedUntil = now + .milliseconds(Int64(Tuning.surgeHoldSeconds * 1000))
        } else if let until = latchedUntil, now > until {
            latched.tasks = 0
            latchedUntil = nil
            surgeSeconds = 0
        }
    }

    /// The demand, its rise until new tasks serve where it has been rising for some time, and
    /// enough to drain what will wait by then, in proportion to what the service was before: a
    /// flash crowd shall not start tasks by the hundred that serve for a minute.
    ///
    /// Where requests come in batches, more than their usual scatter is needed: it is over before
    /// a task has started.
    private func surge(
        _ signal: DemandSignal, _ means: DemandMeans, _ signs: SurgeSigns, leadSeconds: Double,
        caution: Double
    ) -> Double? {
        let serving = Double(signal.serving)
        // A jump counts at once, as far as it is more than chance.
        let deviation = (signal.work * signal.noise * signs.scatter).squareRoot()
        let jump =
            signal.workNewest > signal.work
            ? signal.workNewest - signal.newestDeviation * (signs.scatter.squareRoot() - 1)
            : signal.work - 3 * deviation
        let level = max(means.e2, jump)
        let margin = Tuning.surgeNoise * (level * signal.noise * signs.scatter).squareRoot()
        // What one batch leaves waiting is gone a second later.
        let batch =
            Tuning.surgeNoise * (level * signal.noise * (signs.scatter - 1)).squareRoot()
        let waits =
            signal.busy - serving > Tuning.surgeQueueShare * serving
            && signal.queuedWork >= batch
        guard level > serving + margin || waits else { return nil }
        let rise = min(Tuning.riseMost * level, Tuning.risePart * leadSeconds * means.lastingRise)
        let shortage = max(0, level - max(serving, signal.standing) - margin)
        let waiting = signal.queuedWork + shortage * max(0, leadSeconds - surgeSeconds)
        // e tasks more drain it in waiting ÷ e seconds, at caution × level a second, and cost
        // e × drainTaskSeconds: least at the root of the ratio.
        let drain =
            (Tuning.drainShare * caution * level * waiting / Tuning.drainTaskSeconds).squareRoot()
        let drained = min(drain, Tuning.drainMost * max(Tuning.drainBaseTasks, demandBefore))
        return min(level + rise + drained, Tuning.orderFactorMax * level)
    }
}
