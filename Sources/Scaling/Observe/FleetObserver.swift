import Telemetry
import Values

/// What the tasks of one service amount to, from their reports and from what ECS counts.
///
/// Two rules make a reading safe to decide on. Silence raises nothing: while time passes without a
/// report, no load may grow. And reports of one instant may come in any order: what they amount to
/// is taken into windows and averages once, when a decision is asked for or time moves on. So there
/// are four readings:
/// ```
///   reports ─► table ─► present ─────────────► known ────────► settled
///              counts     │  what the table     │  what a       │  known, once it was taken
///                         │  holds now          │  decision     │  into averages; holds until
///                         ▼                     │  may go by    │  anything comes in
///                        left ─── caps it ──────┘
///                             once time moved on: what the last report left
/// ```
/// Example: four tasks report busy 10. One falls silent, one more is counted by ECS; `present` may
/// now count the mean of the others for them, but `known` stays at 40 until another report arrives.
struct FleetObserver: Sendable {
    private(set) var counts: ServiceCounts?
    private let data: DataPolicy
    private(set) var table: TaskTable
    /// Instead of the table, in a simulation.
    private var totals: FleetTotals?
    private var left: FleetReading?
    private(set) var reportedAt: Instant?
    /// `nil` from when anything comes in until it is settled.
    private(set) var settled: FleetReading?
    /// Tasks that ECS runs and nobody heard of, negated: the maximum is the least of the time that
    /// a task may take from RUNNING to its first report.
    private var missing: SlidingMax<Int>

    /// Tasks that were seen to serve their first request, ever.
    private(set) var startedCount = 0

    init(_ policy: ScalingPolicy) {
        data = policy.data
        table = TaskTable(worth: TaskWorth(policy.rule), data: policy.data)
        missing = SlidingMax(window: policy.data.warmUp, resolution: .seconds(1))
    }

    /// Tasks that report now.
    var reporting: Int { totals?.tasks ?? table.reporting }

    // MARK: What comes in

    mutating func ingest(
        _ report: Report, standing: TaskStanding, now: Instant
    ) -> IngestOutcome {
        let outcome = table.ingest(report, standing: standing, now: now)
        startedCount = table.startedCount
        switch outcome {
        case .accepted: noteReport(now: now)
        case .forgotten: noteDraining(now: now)
        default: break
        }
        return outcome
    }

    mutating func ingest(_ totals: FleetTotals, now: Instant) {
        startedCount += max(0, totals.tasks - (self.totals?.tasks ?? totals.tasks))
        self.totals = totals
        noteReport(now: now)
    }

    /// A task whose agent was asked to wait: heard, and as before.
    mutating func hear(_ arn: String, now: Instant) {
        table.hear(arn, now: now)
        settled = nil
    }

    mutating func update(_ counts: ServiceCounts, now: Instant) {
        noteMissing(now: now)
        self.counts = counts
        settled = nil
    }

    private mutating func noteMissing(now: Instant) {
        guard let counts, totals == nil else { return }
        missing.insert(-table.missing(counts), at: now)
    }

    private mutating func noteReport(now: Instant) {
        left = present(now: now)
        reportedAt = now
        settled = nil
    }

    /// A task leaves: nothing grows by it, but what is multiplied by the tasks counted is now less.
    private mutating func noteDraining(now: Instant) {
        settled = nil
        let reading = present(now: now)
        guard reportedAt != now, let before = left else {
            left = reading
            return
        }
        left = reading.capped(by: before)
        left?.counted = reading.counted
    }

    // MARK: Time

    /// Lets time pass, after what the last instant brought was settled.
    mutating func advance(from before: Instant, to now: Instant) {
        noteMissing(now: before)
        settled = nil
        if totals == nil { table.expire(now: now) }
    }

    /// The reading to take into windows and averages: what a report of this instant left, once.
    mutating func settle(now: Instant) -> FleetReading? {
        guard settled == nil, reportedAt == now, counts != nil else { return nil }
        let reading = known(now: now)
        settled = reading
        return reading
    }

    // MARK: What is known

    /// What a decision goes by.
    func reading(now: Instant) -> FleetReading {
        settled ?? known(now: now)
    }

    private func known(now: Instant) -> FleetReading {
        let present = present(now: now)
        guard reportedAt != now, let left else { return present }
        return present.capped(by: left)
    }

    private func present(now: Instant) -> FleetReading {
        if let totals { return FleetReading(totals) }
        let longMissing = missing.value(at: now).map { -$0 }
        return table.reading(
            counts, longMissing: longMissing ?? .max, quorumPercent: data.quorumPercent)
    }
}
