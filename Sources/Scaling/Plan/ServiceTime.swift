/// The mean time a request is served, without waiting, by Little's law; and so how much work the
/// requests are that arrive.
///
/// When tasks are full, requests wait and `busy ÷ rate` overstates the work. Then the time of
/// before holds, and follows what is seen only slowly, in case the service did become slower. It
/// follows sooner where requests leave more slowly than it explains: what leaves is what arrives
/// less what busy grows by, and full tasks that let go of fewer a second serve each for longer.
struct ServiceTime: Sendable {
    private static let tauSeconds = 30.0
    private static let tauFullSeconds = 600.0
    private static let tauLeavingSeconds = 15.0
    /// Less than this above the time of before is noise.
    private static let slowdownMin = 1.1
    /// Requests leave as they arrive when they differ by no more than this.
    private static let stillShare = 0.05
    private var mean = DecayingMean(seconds: tauSeconds)
    private var slowMean = DecayingMean(seconds: tauFullSeconds)
    /// What full tasks hold at once, the requests that leave them a second, and busy when that was
    /// last seen.
    private var held = DecayingMean(seconds: tauLeavingSeconds)
    private var leaving = DecayingMean(seconds: tauLeavingSeconds)
    private var busyBefore: Double?
    private var isSlower = false

    /// `nil` before any request was seen.
    var seconds: Double? {
        mean.isStarted ? mean.value : nil
    }

    /// `capacity` requests at once fill the tasks; well beyond it some may wait.
    mutating func advance(busy: Double, rate: Double, capacity: Double, seconds: Double) {
        guard rate > 0, busy > 0 else { return }
        let seen = busy / rate
        guard busy > capacity * ConcurrencyLimit.fullShare, mean.isStarted, seen > mean.value else {
            mean.advance(seen, seconds: seconds)
            slowMean.restart(at: mean.value)
            busyBefore = nil
            isSlower = false
            return
        }
        noteLeaving(busy: busy, rate: rate, capacity: capacity, seconds: seconds)
        let full = min(seen, held.value / max(leaving.value, 1e-9))
        isSlower = full > mean.value * (isSlower ? 1 : Self.slowdownMin)
        if isSlower {
            // At most about twice as long within the time constant: what left in a few seconds is
            // noise.
            mean.advance(min(full, mean.value * 2), seconds: seconds)
            slowMean.restart(at: mean.value)
            return
        }
        // A queue that grows or shrinks explains what is seen.
        guard abs(leaving.value - rate) <= Self.stillShare * rate else { return }
        slowMean.advance(seen, seconds: seconds)
        // At most twice as long within the time constant, so that a queue does not run away.
        mean.restart(at: min(slowMean.value, mean.value * (1 + seconds / Self.tauFullSeconds)))
    }

    private mutating func noteLeaving(
        busy: Double, rate: Double, capacity: Double, seconds: Double
    ) {
        guard let before = busyBefore else {
            // As if the time of before explained it.
            held.restart(at: capacity)
            leaving.restart(at: capacity / mean.value)
            busyBefore = busy
            return
        }
        guard seconds > 0 else { return }
        held.advance(capacity, seconds: seconds)
        leaving.advance(rate - (busy - before) / seconds, seconds: seconds)
        busyBefore = busy
    }
}
