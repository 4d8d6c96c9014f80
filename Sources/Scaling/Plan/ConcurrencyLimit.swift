/// How many requests a task serves at once: its target, or less where full tasks show it.
///
/// A target above what a task can serve hides a queue: what waits in nginx counts as busy, tasks
/// seem to have room, and requests leave no faster however many there are. By Little's law a task
/// serves at once what leaves it a second, times the time in service without waiting. So the most
/// that leaves while tasks are full is taken, times the time of before, as BBR finds the capacity
/// of a path (N. Cardwell et al., "BBR: Congestion-Based Congestion Control", ACM Queue 14(5),
/// 2016).
///
/// Service that became slower looks alike while tasks are full, but stays slow afterwards: what was
/// seen counts only when service is as fast as before once nothing waits, and only what two full
/// periods in a row agree on. It is forgotten within weeks, in case tasks became larger.
struct ConcurrencyLimit: Sendable {
    /// Requests at once beyond the limit, as a share: fewer are chance, more certainly wait.
    static let fullShare = 1.05
    private static let deepShare = 1.3
    /// Of the target: what serves that much serves it whole, and nothing counts as less than the
    /// least.
    private static let almostShare = 0.93
    private static let leastShare = 0.25
    private static let forgetSeconds = 604_800.0
    private let target: Double
    private var limit = DecayingMean(seconds: forgetSeconds)
    /// What the last full period showed.
    private var shown: Double
    private var period: FullPeriod?

    var value: Double { limit.value }
    /// The same, where a person should know of it.
    var lessThanTarget: Double? {
        value < target * Self.almostShare ? value : nil
    }

    init(target: Double) {
        self.target = target
        shown = target
        limit.restart(at: target)
    }

    /// Held for `seconds`; `serviceSeconds` is the time in service without waiting, where it is
    /// known.
    mutating func advance(
        busy: Double, rate: Double, tasks: Int, serviceSeconds: Double?, seconds: Double
    ) {
        guard tasks > 0, seconds > 0 else { return }
        limit.advance(target, seconds: seconds)
        let share = busy / (Double(tasks) * value)
        if period == nil, share > Self.fullShare, let serviceSeconds {
            period = FullPeriod(serviceSeconds: serviceSeconds, busy: busy)
        }
        period?.advance(
            busy: busy, rate: rate, tasks: tasks, isFull: share > Self.fullShare, seconds: seconds)
        if share > Self.deepShare { period?.isDeep = true }
        guard let period, period.isOver else { return }
        self.period = nil
        if period.isAsFastAsBefore { conclude(period) }
    }

    private mutating func conclude(_ period: FullPeriod) {
        guard period.servedAtOnce > 0 else { return }
        let seen = period.servedAtOnce
        let served = seen > target * Self.almostShare ? target : max(target * Self.leastShare, seen)
        guard period.isDeep || served > value else { return }
        limit.restart(at: period.isDeep ? max(served, shown) : served)
        shown = served
    }
}

extension ConcurrencyLimit {
    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try limit.transfer(&archive)
        try archive.field(&shown)
        guard limit.value > 0, shown > 0 else { throw .damaged }
    }
}

/// From the first full moment until nothing was full for some time.
private struct FullPeriod: Sendable {
    private static let calmSecondsMin = 30.0
    /// Service is as fast as before when it takes at most this much longer.
    private static let sameShare = 1.15

    /// The time in service before.
    private let serviceSeconds: Double
    var isDeep = false
    /// The most that left a task, in requests a second.
    private var mostLeft = 0.0
    private var stretch: Stretch
    private var stretchBefore: Stretch?
    private var calm = (busy: 0.0, arrived: 0.0, seconds: 0.0)

    init(serviceSeconds: Double, busy: Double) {
        self.serviceSeconds = serviceSeconds
        stretch = Stretch(busyBefore: busy)
    }

    var isOver: Bool { calm.seconds >= Self.calmSecondsMin }
    var isAsFastAsBefore: Bool { calm.busy <= serviceSeconds * Self.sameShare * calm.arrived }
    var servedAtOnce: Double { mostLeft * serviceSeconds }

    mutating func advance(
        busy: Double, rate: Double, tasks: Int, isFull: Bool, seconds: Double
    ) {
        stretch.add(rate: rate, tasks: tasks, seconds: seconds)
        guard isFull else { return rest(busy: busy, rate: rate, seconds: seconds) }
        calm = (0, 0, 0)
        guard stretch.isLong(until: busy) else { return }
        mostLeft = max(mostLeft, stretch.left(until: busy))
        stretchBefore = stretch
        stretch = Stretch(busyBefore: busy)
    }

    private mutating func rest(busy: Double, rate: Double, seconds: Double) {
        // After a stall what waited leaves at once: that was held up, and can be served.
        if let before = stretchBefore {
            mostLeft = max(mostLeft, before.joined(with: stretch).left(until: busy))
        }
        stretchBefore = nil
        stretch = Stretch(busyBefore: busy)
        calm.busy += busy * seconds
        calm.arrived += rate * seconds
        calm.seconds += seconds
    }
}

/// Some seconds of a full period, in which requests leave.
private struct Stretch: Sendable {
    /// Fewer seconds or requests tell little.
    private static let secondsMin = 5.0
    private static let requestsMin = 200.0
    private let busyBefore: Double
    private var arrived = 0.0
    private var seconds = 0.0
    private var taskSeconds = 0.0

    init(busyBefore: Double) {
        self.busyBefore = busyBefore
    }

    mutating func add(rate: Double, tasks: Int, seconds: Double) {
        arrived += rate * seconds
        self.seconds += seconds
        taskSeconds += Double(tasks) * seconds
    }

    func joined(with next: Stretch) -> Stretch {
        var both = self
        both.arrived += next.arrived
        both.seconds += next.seconds
        both.taskSeconds += next.taskSeconds
        return both
    }

    func isLong(until busy: Double) -> Bool {
        seconds >= Self.secondsMin && leftAll(until: busy) >= Self.requestsMin
    }

    /// Requests a second that left each task.
    func left(until busy: Double) -> Double {
        leftAll(until: busy) / taskSeconds
    }

    private func leftAll(until busy: Double) -> Double {
        arrived - (busy - busyBefore)
    }
}
