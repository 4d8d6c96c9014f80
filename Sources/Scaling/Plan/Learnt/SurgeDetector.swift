import Values

/// Orders tasks when demand is above what serves, or rises as it usually does not.
struct SurgeDetector: Sendable {
    private let caution: Double
    private var riseVariance = DecayingMean(seconds: Tuning.earlyTauSeconds)
    private var latched = Order(tasks: 0, mode: .surge)
    private var latchedUntil: Instant?
    /// How long the surge has lasted: tasks ordered at its begin come that much sooner.
    private(set) var surgeSeconds = 0.0
    /// The demand of the last minutes before the surge.
    private var demandBefore = 0.0

    struct Order: Equatable, Sendable {
        var tasks: Double
        var mode: DecisionMode
    }

    init(caution: Double) {
        self.caution = caution
    }

    /// What to order now; nothing is kept of the question.
    func order(
        _ signal: DemandSignal, _ means: DemandMeans, leadSeconds: Double
    ) -> Order? {
        let late = surge(signal, means, leadSeconds: leadSeconds)
        let early = earlySurge(means)
        var order = latched.tasks > 0 ? latched : nil
        if let early, early > order?.tasks ?? 0 { order = Order(tasks: early, mode: .earlySurge) }
        if let late, late > order?.tasks ?? 0 { order = Order(tasks: late, mode: .surge) }
        return order
    }

    /// Keeps what is ordered now until some seconds after the last short one; asked when time
    /// moves on.
    mutating func settle(
        _ signal: DemandSignal, _ means: DemandMeans, leadSeconds: Double, seconds: Double,
        now: Instant
    ) {
        if latchedUntil == nil { demandBefore = means.e300 }
        let late = surge(signal, means, leadSeconds: leadSeconds)
        let early = earlySurge(means)
        if late != nil { surgeSeconds += seconds }
        if late != nil || early != nil {
            if let order = order(signal, means, leadSeconds: leadSeconds) { latched = order }
            latchedUntil = now + .milliseconds(Int64(Tuning.surgeHoldSeconds * 1000))
        } else if let until = latchedUntil, now > until {
            latched.tasks = 0
            latchedUntil = nil
            surgeSeconds = 0
        }
        let rise = means.e5 - means.e15
        let most = riseVariance.isStarted ? 9 * max(riseVariance.value, 1e-6) : .infinity
        riseVariance.advance(min(rise * rise, most), seconds: seconds)
    }

    /// The demand, its rise until new tasks serve where it has been rising for some time, and
    /// enough to drain what will wait by then, in proportion to what the service was before: a
    /// flash crowd shall not start tasks by the hundred that serve for a minute.
    private func surge(
        _ signal: DemandSignal, _ means: DemandMeans, leadSeconds: Double
    ) -> Double? {
        let serving = Double(signal.serving)
        // A jump counts at once, as far as it is more than chance.
        let jump =
            signal.workNewest > signal.work
            ? signal.workNewest : signal.work - 3 * (signal.work * signal.noise).squareRoot()
        let level = max(means.e2, jump)
        let margin = Tuning.surgeNoise * (level * signal.noise).squareRoot()
        let waits = signal.busy - serving > Tuning.surgeQueueShare * serving
        guard level > serving + margin || waits else { return nil }
        let rise = Tuning.risePart * leadSeconds * means.lastingRise
        let shortage = max(0, level - max(serving, signal.standing) - margin)
        let waiting = signal.queuedWork + shortage * max(0, leadSeconds - surgeSeconds)
        // e tasks more drain it in waiting ÷ e seconds, at caution × level a second, and cost
        // e × drainTaskSeconds: least at the root of the ratio.
        let drain =
            (Tuning.drainShare * caution * level * waiting / Tuning.drainTaskSeconds).squareRoot()
        let drained = min(drain, Tuning.drainMost * max(Tuning.drainBaseTasks, demandBefore))
        return min(level + rise + drained, Tuning.orderFactorMax * level)
    }

    private func earlySurge(_ means: DemandMeans) -> Double? {
        let rise = means.e5 - means.e15
        guard riseVariance.isStarted, rise > 1e-3,
            rise > Tuning.earlyRise * riseVariance.value.squareRoot()
        else { return nil }
        return means.e5
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try riseVariance.transfer(&archive)
    }
}
