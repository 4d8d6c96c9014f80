import Values

/// A policy beside the one that decides: tasks of its own that are not there, on the demand that
/// is, and what they would have cost.
///
/// Its tasks serve a lead time after their order, and the newest order is taken back first, so the
/// tasks that serve are the fewest that were desired since then. For example, with a lead time of
/// 50 s and orders of 4, 9 and 6 tasks 60, 40 and 10 s ago 4 serve. If demand is worth 5 tasks,
/// that second is overloaded, and one task's work waits.
struct ShadowPolicy: Sendable {
    /// Work beyond so many seconds of the demand does not wait: clients give up.
    private static let waitingSecondsMost = 60.0
    /// A task is billed a minute for its start.
    private static let startSeconds = 60.0

    let policy: CompletePolicy
    /// The tasks that it plans, without a surge's.
    private(set) var plan = 0.0
    private var tasks = ShadowTasks()
    private var surge = SurgeLatch()
    /// Learnt headroom wavers, and lowers with the service's hold.
    private var planned = SlidingMax<Double>(window: .seconds(32), resolution: .seconds(1))
    /// Work that waits, in task-seconds.
    private var waiting = 0.0
    /// In fleets × seconds; old ones fade.
    private(set) var cost = 0.0

    init(_ policy: CompletePolicy) {
        self.policy = policy
    }

    /// One second of its life.
    mutating func advance(
        plan: Double, _ signal: DemandSignal, _ means: DemandMeans, _ signs: SurgeSigns,
        _ second: ShadowSecond
    ) {
        self.plan = plan
        let serving = tasks.serving ?? Double(signal.serving)
        let total = waiting + signal.work
        let isShort = total > serving + 1e-9
        waiting = min(max(0, total - serving), Self.waitingSecondsMost * max(1, signal.work))
        var seen = signal
        seen.serving = Int(serving)
        let service = signal.serviceSeconds > 0 ? signal.serviceSeconds : 1
        seen.busy = isShort ? serving + waiting / service : signal.work
        surge.settle(
            seen, means, signs, leadSeconds: Double(second.lead), caution: second.caution,
            seconds: 1, now: second.now)
        var desired = max(1, Double(wholeTasks(max(plan, surge.latched.tasks))))
        if policy.isLearnt {
            planned.insert(Double(wholeTasks(plan)), at: second.now)
            desired = max(desired, planned.value(at: second.now) ?? 0)
        }
        let started = tasks.desired.map { max(0, desired - $0) } ?? 0
        tasks.order(desired, second: second.number, leadSeconds: second.lead)
        let paid = (desired + started * Self.startSeconds) / second.fleet
        // What is overloaded is the fleet that this second needs.
        let price = second.caution * max(1, signal.work / second.fleet)
        cost = cost * second.fade + paid + (isShort ? price : 0)
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try archive.field(&cost)
    }
}

/// What all shadows share of a second.
struct ShadowSecond: Sendable {
    var number: Int
    var now: Instant
    /// From an order to its tasks.
    var lead: Int
    var caution: Double
    /// The tasks that a fleet counts as when its overloaded second is set against their cost.
    var fleet: Double
    /// What costs of before are worth a second later.
    var fade: Double
}

/// The tasks of a shadow: those that serve are the fewest that were desired within the lead time.
private struct ShadowTasks: Sendable {
    private struct Order: Sendable {
        var second: Int
        var desired: Double
    }

    /// Rising from the front, which is the least.
    private var orders: [Order] = []
    private(set) var desired: Double?

    var serving: Double? { orders.first?.desired }

    mutating func order(_ desired: Double, second: Int, leadSeconds: Int) {
        self.desired = desired
        while let last = orders.last, last.desired >= desired { orders.removeLast() }
        orders.append(Order(second: second, desired: desired))
        let old = orders.prefix { $0.second < second - leadSeconds }.count
        // What is left serves: the oldest order of all, where nothing was desired since.
        if old > 0 { orders.removeFirst(min(old, orders.count - 1)) }
    }
}
