import Telemetry
import Transport
import Values

/// What is known of a task at one moment, as far as it says whether nginx has more work than it can
/// do: how nginx answers, what waits for it in the kernel, what the task uses of its CPU.
///
/// A value that grows with events; `ConditionTracker` reads it. Nothing here decides.
struct TaskSigns: Sendable {
    /// When the sample under way left; `nil` while none is.
    private(set) var askedAt: Instant?
    /// When nginx last answered well, how long that took, and what it counted.
    private(set) var answeredAt: Instant?
    private(set) var answerTook = Duration.zero
    private(set) var busy = 0
    /// Since when every answer has taken long; `nil` after one that did not.
    private(set) var lateSince: Instant?
    /// How the samples since the last good one failed.
    private(set) var failure: ConnectionFailure?
    /// When nginx began to close connections it had accepted, unbroken; `nil` while it does not.
    private(set) var droppingSince: Instant?
    private var droppedAt: Instant?
    /// Requests and connections a second, as usual while nginx serves.
    private(set) var usualRate: Double?
    private(set) var waiting: Int?
    /// Connections that nginx has closed, and the client has not.
    private var closing = 0
    /// When the kernel was last asked.
    private(set) var seenAt: Instant?
    /// What waited when nginx last answered, and the listeners' overflows then.
    private var waitingBefore = 0
    private var overflowsBefore: UInt64?
    private var overflows: UInt64?
    /// Since when much waits, in every reading.
    private(set) var crowdedSince: Instant?
    /// Since when the accept queue overflows, in every reading; `nil` while it does not.
    private(set) var overflowingSince: Instant?
    /// When connections were last seen to leave the accept queue: nginx takes them in.
    private(set) var drainedAt: Instant?
    private var acceptQueue: Int?
    private(set) var cpuPercent: Double?
    private(set) var throttledPercent: Double?
    private(set) var usageAt: Instant?

    mutating func asked(now: Instant) {
        if askedAt == nil { askedAt = now }
    }

    /// Out of worker connections, nginx also makes room by closing those it has just taken in,
    /// which it counts as handled: `unserved` are then many, and so are the closed ones.
    mutating func answered(
        busy: Int, dropped: UInt64, unserved: UInt64 = 0, took: Duration, now: Instant
    ) {
        askedAt = nil
        answeredAt = now
        answerTook = took
        failure = nil
        self.busy = busy
        lateSince = took >= ConditionLimits.late ? lateSince ?? now : nil
        waitingBefore = waiting ?? 0
        overflowsBefore = overflows
        let crowd = ConditionLimits.crowd
        if dropped > 0 || (unserved >= UInt64(crowd) && closing >= crowd) {
            if droppingSince == nil { droppingSince = now }
            droppedAt = now
        } else if let at = droppedAt, now - at > ConditionLimits.memory {
            droppingSince = nil
        }
    }

    mutating func failed(_ kind: ConnectionFailure, now: Instant) {
        askedAt = nil
        failure = kind
        droppingSince = nil
    }

    /// The agent itself did not run for so long: nginx was not silent then, nobody listened.
    mutating func overslept(_ span: Duration) {
        askedAt = askedAt.map { $0 + span }
        answeredAt = answeredAt.map { $0 + span }
        crowdedSince = nil
    }

    mutating func served(requestsPerSecond rate: Double) {
        // A rise is believed at once; what was usual is forgotten slowly.
        usualRate = max(rate, (usualRate ?? rate) * 0.9 + rate * 0.1)
    }

    mutating func used(_ usage: WindowUsage, now: Instant) {
        cpuPercent = usage.taskCPU
        throttledPercent = usage.throttled
        usageAt = now
    }

    mutating func saw(_ reading: WitnessReading, now: Instant) {
        seenAt = now
        if let queue = reading.acceptQueue {
            if let before = acceptQueue, queue < before { drainedAt = now }
            acceptQueue = queue
        }
        closing = reading.closing ?? 0
        // A connection in the accept queue that has sent its request is in both.
        waiting = reading.acceptQueue.map { max($0, reading.unread ?? 0) } ?? reading.unread
        let isCrowded = waiting.map { $0 >= max(ConditionLimits.crowd, busy + 1) } ?? false
        crowdedSince = isCrowded ? crowdedSince ?? now : nil
        if let count = reading.listenOverflows {
            let hasGrown = overflows.map { count > $0 } ?? false
            overflowingSince = hasGrown ? overflowingSince ?? now : nil
            overflows = count
            // A counter that ran backwards began again.
            if overflowsBefore.map({ $0 > count }) ?? true { overflowsBefore = count }
        }
    }

    /// Since when nginx has been silent: its last good answer, or the agent's first question.
    func silence(now: Instant) -> Duration? {
        (answeredAt ?? askedAt).map { now - $0 }
    }

    /// Connections with a request that came since the last good answer, as far as they show.
    var arrivals: Int? {
        guard let waiting else { return nil }
        let lost = overflows.map { Int(clamping: $0 - (overflowsBefore ?? $0)) } ?? 0
        return max(0, waiting - waitingBefore) + lost
    }

    /// Whether the task has no CPU left, by statistics that are not old.
    func isOutOfCPU(now: Instant) -> Bool {
        guard let usageAt, now - usageAt <= ConditionLimits.usageLife else { return false }
        return cpuPercent ?? 0 >= ConditionLimits.fullPercent
            || throttledPercent ?? 0 >= ConditionLimits.throttledPercent
    }
}
