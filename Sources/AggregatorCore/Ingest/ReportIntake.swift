import Scaling
import Telemetry

/// Brings a valid report to its service.
package final class ReportIntake: Sendable {
    /// What became of it.
    package enum Outcome: Equatable, Sendable {
        case taken
        /// Its service is not known yet; it is kept until ECS told.
        case unresolved
        case notConfigured(ServiceKey)
        /// No service of this cluster is configured.
        case clusterNotConfigured(String)
        /// ECS does not know the task, or it belongs to no service.
        case noService
        case tooManyTasks
    }

    private let fleet: Fleet
    private let resolver: TaskResolver
    private let counters: IngestCounters
    private let log: Log
    private let unconfigured = LogThrottle(period: .seconds(60))

    package init(fleet: Fleet, resolver: TaskResolver, counters: IngestCounters, log: Log) {
        self.fleet = fleet
        self.resolver = resolver
        self.counters = counters
        self.log = log
    }

    package func take(_ report: Report, now: Instant) -> Outcome {
        let identity = report.identity
        if let name = identity.service {
            return take(report, ServiceKey(cluster: identity.cluster, service: name), now: now)
        }
        guard fleet.hasCluster(identity.clusterName) else {
            return refuse(
                .clusterNotConfigured(identity.clusterName), "\(identity.clusterName)/?", now)
        }
        switch resolver.resolve(report, now: now) {
        case .service(let key): return take(report, key, now: now)
        case .noService: return refuse(.noService, identity.taskARN, now)
        case .unresolved:
            counters.unresolved.increment()
            return .unresolved
        }
    }

    private func take(_ report: Report, _ key: ServiceKey, now: Instant) -> Outcome {
        guard let service = fleet.service(key) else {
            return refuse(.notConfigured(key), "\(key)", now)
        }
        let outcome = service.ingest(report, now: now)
        count(outcome)
        return outcome == .tooManyTasks ? .tooManyTasks : .taken
    }

    private func count(_ outcome: IngestOutcome) {
        switch outcome {
        case .accepted: counters.accepted.increment()
        case .duplicate: counters.duplicate.increment()
        case .reordered: counters.reordered.increment()
        case .forgotten: counters.forgotten.increment()
        case .probe: counters.probe.increment()
        case .tooManyTasks: counters.tooManyTasks.increment()
        }
    }

    /// Counted and told now and then, and nothing of it is kept: strangers cannot grow memory.
    private func refuse(_ outcome: Outcome, _ who: String, _ now: Instant) -> Outcome {
        counters.notConfigured.increment()
        if let heldBack = unconfigured.admit(now: now) {
            log.warning(
                "report.notConfigured", LogField("sender", who), LogField("heldBack", heldBack))
        }
        return outcome
    }
}
