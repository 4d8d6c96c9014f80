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
    private static let usualSeconds = 10.0
    private static let recentSeconds = 3.0
    private static let arrivalsMin = 0.01
    /// Below this share of the usual rate arrivals have fallen.
    private static let fallenShare = 0.7
    private static let standingMost = 10.0
    /// A queue would have shrunk by this share of itself.
    private static let drainedShare = 0.5
    private var mean = DecayingMean(seconds: tauSeconds)
    private var slowMean = DecayingMean(seconds: tauFullSeconds)
    /// What full tasks hold at once, the requests that leave them a second, and busy when that was
    /// last seen.
    private var held = DecayingMean(seconds: tauLeavingSeconds)
    private var leaving = DecayingMean(seconds: tauLeavingSeconds)
    private var busyBefore: Double?
    private var isSlower = false
    private var stillness = Stillness()
    private var recentBusy = DecayingMean(seconds: recentSeconds)
    private var usualRate = DecayingMean(seconds: usualSeconds)
    /// Requests in service that rate and time do not explain and that do not wait: long-lived ones
    /// next to short ones, or all of them since service became slower.
    private(set) var standing = 0.0

    /// `nil` before any request was seen.
    var seconds: Double? {
        mean.isStarted ? mean.value : nil
    }

    /// Requests that arrive a second where none came just now: a queue that drains after a burst is
    /// no load. `nil` when none came for a minute or so; what is there then, nobody can tell.
    var usualArrivals: Double? {
        usualRate.isStarted && usualRate.value > Self.arrivalsMin ? usualRate.value : nil
    }

    /// `capacity` requests at once fill the tasks; well beyond it some may wait.
    mutating func advance(busy: Double, rate: Double, capacity: Double, seconds: Double) {
        recentBusy.advance(busy, seconds: seconds)
        usualRate.advance(rate, seconds: seconds)
        guard rate > 0, busy > 0 else { return }
        noteStanding(busy: busy, rate: rate, capacity: capacity, seconds: seconds)
        advanceShort(
            busy: max(1e-9, busy - standing), rate: rate, capacity: max(0, capacity - standing),
            seconds: seconds)
    }

    /// A queue that has room to drain drains. What stands still instead is no queue.
    ///
    /// For example, two tasks of 40 places serve 100 requests a second of 100 ms, and 500
    /// WebSockets are open. If the 500 waited for a place, 800 a second could leave and 100 arrive:
    /// they would be gone within a second. They stay, so they are load that lasts, and count as 500
    /// ÷ 40 tasks.
    private mutating func noteStanding(
        busy: Double, rate: Double, capacity: Double, seconds: Double
    ) {
        guard mean.isStarted else { return }
        let excess = busy - rate * mean.value
        standing = max(0, min(standing, excess))
        // What stays when fewer arrive did not become slower, where nothing waits.
        let hasRoom = busy <= capacity * ConcurrencyLimit.fullShare
        if hasRoom, rate < usualRate.value * Self.fallenShare { standing = max(0, excess) }
        stillness.advance(
            busy: busy, excess: excess, leaving: capacity / mean.value - rate, seconds: seconds)
        guard excess - standing > 3 * busy.squareRoot() + 0.1 * standing else { return }
        let drained = stillness.drained
        // Far more than tasks hold are clients that wait for a backend until they give up.
        guard excess < Self.standingMost * capacity else { return }
        if drained > max(Self.drainedShare * excess, 3 * busy.squareRoot()), stillness.isLong {
            standing = excess
        }
    }

    /// Those that come and go within seconds.
    private mutating func advanceShort(
        busy: Double, rate: Double, capacity: Double, seconds: Double
    ) {
        let seen = busy / rate
        guard busy > capacity * ConcurrencyLimit.fullShare, mean.isStarted, seen > mean.value else {
            // While far more leave than arrive, those in service came before, at another rate: the
            // last of a queue that drains after a burst would seem to be served for minutes.
            let drained = recentBusy.value - busy
            if drained < 3 * recentBusy.value.squareRoot() || seen < mean.value {
                mean.advance(seen, seconds: seconds)
            }
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

extension ServiceTime {
    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try mean.transfer(&archive)
        try slowMean.transfer(&archive)
        try recentBusy.transfer(&archive)
        try usualRate.transfer(&archive)
    }
}

/// For how long busy has stood still, within chance, and how many requests would have left a queue
/// meanwhile: tasks that came only now drained nothing before.
private struct Stillness: Sendable {
    private static let leastSeconds = 2.0
    private static let share = 0.1
    private var anchor = 0.0
    private(set) var seconds = 0.0
    private(set) var drained = 0.0

    var isLong: Bool { seconds >= Self.leastSeconds }

    mutating func advance(busy: Double, excess: Double, leaving: Double, seconds: Double) {
        let noise = max(Self.share * excess, 3 * busy.squareRoot())
        guard abs(busy - anchor) <= noise else {
            anchor = busy
            self.seconds = 0
            drained = 0
            return
        }
        self.seconds += seconds
        drained += leaving * seconds
    }
}
