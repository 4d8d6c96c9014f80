import Values

/// Changes of one direction within a period, for cooldowns and limits; O(1) a change.
struct ChangeHistory: Sendable {
    private struct Change: Sendable {
        let at: Instant
        let tasks: Int
    }

    private let period: Duration
    private var changes: [Change] = []
    private var head = 0
    private var sum = 0
    private(set) var lastAt: Instant?

    init(period: Duration) {
        self.period = period
    }

    /// Tasks added, or removed, within the period that ends now.
    mutating func tasks(now: Instant) -> Int {
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

    mutating func insert(_ tasks: Int, now: Instant) {
        lastAt = now
        sum += tasks
        if changes.count > head, let last = changes.last, last.at == now {
            changes[changes.count - 1] = Change(at: now, tasks: last.tasks + tasks)
        } else {
            changes.append(Change(at: now, tasks: tasks))
        }
    }

    /// Whether the last change is less than `cooldown` ago.
    func isCooling(now: Instant, cooldown: Duration) -> Bool {
        guard let lastAt else { return false }
        return now - lastAt < cooldown
    }
}

extension ChangeLimit {
    /// The most tasks that may be added to, or taken from, `current` now, `changed` of them having
    /// been changed within the period already; `nil` without a limit.
    ///
    /// Kubernetes' `calculateScaleUpLimitWithScalingRules` and its counterpart, which reckon from
    /// the count at the period's begin.
    func allowance(current: Int, changed: Int, raising: Bool) -> Int? {
        let begin = raising ? current - changed : current + changed
        var most: Int?
        if let percent {
            // At least one task, so that a small service is not stuck.
            let share = max(1, Int((Double(max(0, begin)) * percent / 100).rounded(.up)))
            most = share
        }
        if let tasks { most = max(most ?? 0, tasks) }
        return most.map { max(0, $0 - changed) }
    }
}
