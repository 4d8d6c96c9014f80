import Values

/// What was seen of one surge, and what follows from it.
struct SurgeObservation {
    let target: Int
    let startedAt: Instant
    var callsSeen: Int
    var tasksBefore: Set<String> = []
    /// When the load for each task was first seen above the target.
    private(set) var aboveTargetAt: Instant?
    /// The first accepted UpdateService that raised the desired count.
    private(set) var update: RecordedCall?
    /// The last desired count asked for.
    private(set) var desiredCount: Int?
    private(set) var running: Set<String> = []
    /// When as many were first running as were wanted.
    private(set) var reachedAt: Instant?
    private var lastSeenAt: Instant?
    /// Requests served by each task that was not there before.
    private(set) var servedByNew: [String: Int] = [:]
    private(set) var load: [LoadResult] = []

    init(target: Int, from now: Instant, callsBefore: Int) {
        self.target = target
        startedAt = now
        callsSeen = callsBefore
    }

    mutating func see(_ reading: FleetReading, running: [String], now: Instant) {
        if aboveTargetAt == nil, reading.busyPerTask > Double(target) { aboveTargetAt = now }
        self.running = Set(running)
        lastSeenAt = now
        if let desiredCount, running.count >= desiredCount, update != nil {
            reachedAt = reachedAt ?? now
        } else {
            reachedAt = nil
        }
    }

    mutating func see(_ calls: [RecordedCall]) {
        callsSeen += calls.count
        for call in calls where call.operation == "UpdateService" && call.error == nil {
            guard let count = call.desiredCount, let before = call.desiredCountBefore else {
                continue
            }
            if update == nil, count > before { update = call }
            desiredCount = count
        }
    }

    mutating func count(served tasks: [TaskProbe]) {
        for task in tasks where !tasksBefore.contains(task.id) {
            servedByNew[task.id] = task.servedCount ?? 0
        }
    }

    mutating func add(_ result: LoadResult) {
        load.append(result)
    }

    /// Whether all that was wanted has been running for this long.
    func isServed(_ span: Duration) -> Bool {
        guard let reachedAt, let lastSeenAt else { return false }
        return lastSeenAt - reachedAt >= span
    }

    var updatedAt: Instant? {
        update.map { Instant(nanoseconds: $0.arrivedMonotonicNs) }
    }

    /// From the first sample above the target; below zero when the agents were faster than this
    /// sampling, which takes turns with everything else here.
    var reaction: Duration? {
        guard let aboveTargetAt, let updatedAt else { return nil }
        return updatedAt - aboveTargetAt
    }

    /// It was asked for more, got it, and every new task served.
    var hasScaled: Bool {
        guard let desiredCount, update != nil, running.count >= desiredCount else { return false }
        return !servedByNew.isEmpty && servedByNew.values.allSatisfy { $0 > 0 }
    }
}
