/// How many requests a task serves at once: its target, or less where full tasks show it.
///
/// A target above what a task can serve hides a queue: what waits in nginx counts as busy, tasks seem to
/// have room, and requests leave no faster however many there are. By Little's law a task serves at once
/// what leaves it a second, times the time in service without waiting. So the most that leaves while tasks
/// are full is taken, times the time of before, as BBR finds the capacity of a path (N. Cardwell et al.,
/// "BBR: Congestion-Based Congestion Control", ACM Queue 14(5), 2016).
///
/// Service that became slower looks alike while tasks are full, but stays slow afterwards: what was
/// seen counts only when service is as fast as before once nothing waits, and only what two full
/// periods in a row agree on. It is forgotten within weeks, in case tasks became larger.
struct ConcurrencyLimit: Sendable {
    /// Requests at once beyond the limit, as a share: fewer are chance, more certainly wait.
    private static let fullShare = 1.05
    private static let deepShare = 1.3
    /// Of the target: what serves that much serves it whole, and nothing counts as less than the least.
    private static let almostShare = 0.93
    private static let leastShare = 0.25
    private static let forgetSeconds = 604_800.0
    private let target: Double
    private(set) var value: Double
    /// What the last full period showed.
    private var shown: Double
    private var period: FullPeriod?

    /// The same, where a person should know of it.
    var lessThanTarget: Double? {
        value < target * Self.almostShare ? value : nil
    }

    init(target: Double) {
        self.target = target
        value = target
        shown = target
    }

    /// Held for `seconds`; `serviceSeconds` is the time in service without waiting, where it is known.
    mutating func advance(
        busy: Double, rate: Double, tasks: Int, serviceSeconds: Double?, seconds: Double
    ) {
        guard tasks > 0, seconds > 0 else { return }
        value += (target - value) * (1 - decay(min(1, seconds / Self.forgetSeconds)))
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
        value = max(served, period.isDeep ? shown : 0)
        shown = served
    }
}

/// From the first full moment until nothing was full for some time.
private struct FullPeriod: Sendable {
    private static let calmSecondsMin = 30.0
    /// What leaves is counted over so long, and so many requests.
    private static let stretchSecondsMin = 5.0
    private static let stretchRequestsMin = 200.0
    /// What leaves so much faster in the end was held up, not served.
    private static let recoveryShare = 1.5
    /// Service is as fast as before when it takes at most this much longer.
    private static let sameShare = 1.15

    /// The time in service before.
    private let serviceSeconds: Double
    var isDeep = false
    /// The most that left a task, in requests a second.
    private var mostLeft = 0.0
    private var stretch: (busyBefore: Double, arrived: Double, seconds: Double, taskSeconds: Double)
    private var calm = (busy: 0.0, arrived: 0.0, seconds: 0.0)

    init(serviceSeconds: Double, busy: Double) {
        self.serviceSeconds = serviceSeconds
        stretch = (busy, 0, 0, 0)
    }

    var isOver: Bool { calm.seconds >= Self.calmSecondsMin }
    var isAsFastAsBefore: Bool { calm.busy <= serviceSeconds * Self.sameShare * calm.arrived }
    var servedAtOnce: Double { mostLeft * serviceSeconds }

    mutating func advance(
        busy: Double, rate: Double, tasks: Int, isFull: Bool, seconds: Double
    ) {
        stretch.arrived += rate * seconds
        stretch.seconds += seconds
        stretch.taskSeconds += Double(tasks) * seconds
        let left = (stretch.arrived - (busy - stretch.busyBefore)) / stretch.taskSeconds
        let isLong =
            isFull && stretch.seconds >= Self.stretchSecondsMin
            && left * stretch.taskSeconds >= Self.stretchRequestsMin
        // However short, when all that waited leaves at once it did so for a stall.
        let isRecovery = !isFull && mostLeft > 0 && left > mostLeft * Self.recoveryShare
        if isLong || isRecovery { mostLeft = max(mostLeft, left) }
        if isLong || !isFull { stretch = (busy, 0, 0, 0) }
        calm =
            isFull
            ? (0, 0, 0)
            : (calm.busy + busy * seconds, calm.arrived + rate * seconds, calm.seconds + seconds)
    }
}
