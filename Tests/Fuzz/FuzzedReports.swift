import AggregatorCore
import Scaling
import Telemetry

/// The aggregator's way from a body to a decision, without network and clock.
final class FuzzedReports: Sendable {
    static let shared = FuzzedReports()

    private let readers = ReportReaders()
    private let intake: ReportIntake
    private let fleet: Fleet
    private let counters = IngestCounters()

    init() {
        let log = Log(level: .error, format: .json, write: { _ in })
        let policy = ScalingPolicy(
            minTasks: 1, maxTasks: 20, rule: .target([TargetMetric(metric: .busy, value: 40)]))
        let start = Instant(nanoseconds: 0)
        fleet = Fleet(
            [
                ServiceConfiguration(
                    key: ServiceKey(cluster: "shop", service: "web"), cluster: "shop",
                    service: "web", policy: policy, snsTopicARN: nil)
            ], log: log, now: start)
        fleet.services[0].describe(
            ServiceCounts(
                desiredCount: 2, runningCount: 2, pendingCount: 0, deploymentInProgress: false),
            now: start)
        intake = ReportIntake(
            fleet: fleet, resolver: TaskResolver(), counters: counters, log: log,
            wallClockMs: { 1_790_000_000_000 })
    }

    func take(_ body: UnsafeRawBufferPointer, _ encoding: ReportReader.Encoding) {
        guard let report = try? readers.read(body, encoding) else { return }
        // Time moves on with each report that is taken.
        let now = Instant(nanoseconds: Int64(counters.accepted.value) * 50_000_000)
        let outcome = intake.take(report, from: nil, now: now)
        let decision = fleet.services[0].snapshot().decision
        if outcome == .taken, let decision {
            precondition((0...20).contains(decision.to), "a decision within the bounds")
            precondition(decision.to >= decision.from, "scale-in is disabled")
        }
    }
}
