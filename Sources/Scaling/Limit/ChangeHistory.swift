import Values

/// Changes of the desired count within a period, for a cooldown and a limit; O(1) a change.
struct ChangeHistory: Sendable {
    private struct Change: Sendable {
        let at: Instant
        let tasks: Int
    }

    private let period: Duration
    private var changes: [Change] = []
    private var head = 0
    private var sum = 0
    /// The last raise and the last lowering.
    private(set) var raisedAt: Instant?
    private(set) var loweredAt: Instant?

    init(period: Duration) {
        self.period = period
    }

    /// By how many tasks the count grew within the period that ends now; negative when it fell.
    mutating func growth(now: Instant) -> Int {
        while head < changes.count, now - changes[head].at >= period {
            sum -= changes[head].tasks
            head += 1
        }
        if head > 64 && head * 2 > changes.count {
            changes.removeFirst(head)
            head = 0
        }
        return sum
    }

    /// `tasks` is below 0 for a lowering.
    mutating func insert(_ tasks: Int, now: Instant) {
        guard tasks != 0 else { return }
        if tasks > 0 { raisedAt = now } else { loweredAt = now }
        sum += tasks
        if changes.count > head, let last = changes.last, last.at == now {
            changes[changes.count - 1] = Change(at: now, tasks: last.tasks + tasks)
        } else {
            changes.append(Change(at: now, tasks: tasks))
        }
    }

    /// The changes that still count, oldest first.
    var remembered: [(at: Instant, tasks: Int)] {
        changes[head...].map { ($0.at, $0.tasks) }
    }
}

/// Whether an event is less than a cooldown ago.
func isCooling(_ event: Instant?, now: Instant, cooldown: Duration) -> Bool {
    event.map { now - $0 < cooldown } ?? false
}

extension ChangeLimit {
    /// The count that a raise may lead to now, and the count that a lowering may lead to, when the
    /// count was `begin` at the period's begin; `nil` without a limit.
    ///
    /// What ran at the period's begin is no growth: after somebody lowers 50 to 2, 50 is within a
    /// limit of 100 % at once. Kubernetes' `calculateScaleUpLimitWithScalingRules` and its
    /// counterpart reckon the same way.
    func most(begin: Int) -> Int? {
        share(of: begin).map { max(0, begin) + $0 }
    }

    func least(begin: Int) -> Int? {
        share(of: begin).map { max(0, begin - $0) }
    }

    private func share(of begin: Int) -> Int? {
        var most: Int?
        if let percent {
            // At least one task, so that a small service is not stuck.
            most = max(1, Int((Double(max(0, begin)) * percent / 100).rounded(.up)))
        }
        if let tasks { most = max(most ?? 0, tasks) }
        return most
    }
}
