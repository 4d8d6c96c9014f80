import Telemetry
import Values

/// What the tasks of one service amount to, from their reports and from what ECS counts.
///
/// Two rules make a reading safe to decide on. Silence raises nothing: while time passes without a report,
/// no load may grow. And reports of one instant may come in any order: what they amount to is taken into
/// windows and averages once, when a decision is asked for or time moves on. So there are four readings:
/// ```
///   reports ─► table ─► present ──────────────────► known ─────────────► settled
///              counts     │   what the table holds    │  what a decision   │  known, once it was taken
///                         │   at this instant         │  may go by         │  into averages; holds until
///                         ▼                           │                    │  anything comes in
///                        left ──── caps it ───────────┘
///                             once time moved on: what the last report left
/// ```
/// Example: four tasks report busy 10. One falls silent, one more is counted by ECS; `present` may now
/// count the mean of the others for them, but `known` stays at 40 until another report arrives.
struct FleetObserver: Sendable {
    private(set) var counts: ServiceCounts?
    private var table = TaskTable()
    /// Instead of the table, in a simulation.
    private var totals: FleetTotals?
    private var left: FleetReading?
    private(set) var reportedAt: Instant?
    /// `nil` from when anything comes in until it is settled.
    private(set) var settled: FleetReading?

    /// Tasks that reported for the first time, ever.
    private(set) var startedCount = 0
    /// Tasks that report now.
    var reporting: Int { totals?.tasks ?? table.fresh.count }

    // MARK: What comes in

    mutating func ingest(_ report: Report, now: Instant) -> IngestOutcome {
        let outcome = table.ingest(report, now: now)
        startedCount = table.startedCount
        switch outcome {
        case .accepted: noteReport(now: now)
        case .forgotten: noteDraining(now: now)
        default: break
        }
        return outcome
    }

    /// The task was told to wait with its report.
    mutating func heard(_ taskARN: String, now: Instant) {
        table.heard(taskARN, now: now)
    }

    mutating func ingest(_ totals: FleetTotals, now: Instant) {
        startedCount += max(0, totals.tasks - (self.totals?.tasks ?? totals.tasks))
        self.totals = totals
        noteReport(now: now)
    }

    mutating func update(_ counts: ServiceCounts) {
        self.counts = counts
        settled = nil
    }

    private mutating func noteReport(now: Instant) {
        left = present
        reportedAt = now
        settled = nil
    }

    /// A task leaves: nothing grows by it, but what is multiplied by the tasks counted is now less.
    private mutating func noteDraining(now: Instant) {
        settled = nil
        let reading = present
        guard reportedAt != now, let before = left else {
            left = reading
            return
        }
        left = reading.capped(by: before)
        left?.counted = reading.counted
    }

    // MARK: Time

    /// Lets time pass, after what the last instant brought was settled.
    mutating func advance(to now: Instant, policy: DataPolicy) {
        settled = nil
        if totals == nil { table.expire(now: now, policy: policy) }
    }

    /// The reading to take into windows and averages: what a report of this instant left, once, if
    /// a quorum reports.
    mutating func settle(now: Instant, quorumPercent: Double) -> FleetReading? {
        guard settled == nil, reportedAt == now, counts != nil else { return nil }
        let reading = known(now: now)
        guard reading.hasQuorum(percent: quorumPercent) else { return nil }
        settled = reading
        return reading
    }

    // MARK: What is known

    /// What a decision goes by.
    func reading(now: Instant) -> FleetReading {
        settled ?? known(now: now)
    }

    private func known(now: Instant) -> FleetReading {
        guard reportedAt != now, let left else { return present }
        return present.capped(by: left)
    }

    private var present: FleetReading {
        if let totals { return FleetReading(totals) }
        return table.reading(runningCount: counts?.runningCount ?? table.fresh.count)
    }
}
