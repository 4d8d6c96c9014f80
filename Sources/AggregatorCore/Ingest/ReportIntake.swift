import Platform
import Scaling
import Telemetry
import Values

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
        /// The sender's address is not the task's.
        case foreignSender
        /// The token that was shown does not speak for the service.
        case foreignToken
        case tooManyTasks
        case sequenceJump
        /// Too many tasks wait to be looked up.
        case tooManyUnresolved
    }

    private let fleet: Fleet
    private let resolver: TaskResolver
    private let counters: IngestCounters
    private let log: Log
    /// Of the tokens' groups, the first of which speaks for every service and is not here.
    private let scopes: [TokenScope]
    private let strayTokens = LogThrottle()
    private let unconfigured = LogThrottle(period: .seconds(60))
    private let foreigners = LogThrottle()
    private let skews = LogThrottle(period: .seconds(60))
    private let wallClockMs: @Sendable () -> Int64

    package init(
        fleet: Fleet, resolver: TaskResolver, scopes: [TokenScope] = [],
        counters: IngestCounters, log: Log,
        wallClockMs: @escaping @Sendable () -> Int64 = { WallClock.nowMs() }
    ) {
        self.wallClockMs = wallClockMs
        self.scopes = scopes
        self.fleet = fleet
        self.resolver = resolver
        self.counters = counters
        self.log = log
    }

    /// `address` is the sender's when it is to be the task's own, else `nil`; `tokens` is the group
    /// of the token that was shown.
    package func take(
        _ report: Report, from address: String?, tokens: Int = 0, now: Instant
    ) -> Outcome {
        let identity = report.identity
        if let name = identity.service {
            let key = ServiceKey(cluster: identity.cluster, service: name)
            guard allows(tokens, key) else { return refuseToken(tokens, key, now) }
            if address == nil { return take(report, key, now: now) }
            guard fleet.service(key) != nil else {
                return refuse(.notConfigured(key), "\(key)", now)
            }
        } else if !fleet.hasCluster(identity.clusterName) {
            return refuse(
                .clusterNotConfigured(identity.clusterName), "\(identity.clusterName)/?", now)
        }
        return resolve(
            TaskResolver.Sent(report: report, address: address, tokens: tokens), now: now)
    }

    /// The service that a report was taken for.
    func service(of report: Report) -> ManagedService? {
        let identity = report.identity
        if let name = identity.service {
            return fleet.service(ServiceKey(cluster: identity.cluster, service: name))
        }
        return resolver.service(of: identity.taskARN).flatMap { fleet.service($0) }
    }

    private func resolve(_ sent: TaskResolver.Sent, now: Instant) -> Outcome {
        switch resolver.resolve(sent, now: now) {
        // ECS's word counts for more than the task's.
        case .service(let key):
            guard allows(sent.tokens, key) else { return refuseToken(sent.tokens, key, now) }
            return take(sent.report, key, now: now)
        case .noService: return refuse(.noService, sent.report.identity.taskARN, now)
        case .foreignSender:
            counters.foreignSender.increment()
            if let heldBack = foreigners.admit(now: now) {
                log.warning(
                    "report.foreignSender", LogField("task", sent.report.identity.taskARN),
                    LogField("address", sent.address ?? ""), LogField("heldBack", heldBack))
            }
            return .foreignSender
        case .unresolved:
            counters.unresolved.increment()
            return .unresolved
        case .noRoom:
            counters.tooManyUnresolved.increment()
            return .tooManyUnresolved
        }
    }

    private func take(_ report: Report, _ key: ServiceKey, now: Instant) -> Outcome {
        guard let service = fleet.service(key) else {
            return refuse(.notConfigured(key), "\(key)", now)
        }
        let outcome = service.ingest(report, now: now)
        count(outcome)
        switch outcome {
        case .tooManyTasks: return .tooManyTasks
        case .sequenceJump: return .sequenceJump
        case .accepted:
            checkClock(report, now: now)
            return .taken
        case .duplicate, .reordered, .forgotten, .probe: return .taken
        }
    }

    private func count(_ outcome: IngestOutcome) {
        switch outcome {
        case .accepted: counters.accepted.increment()
        case .duplicate: counters.duplicate.increment()
        case .reordered: counters.reordered.increment()
        case .forgotten: counters.forgotten.increment()
        case .probe: counters.probe.increment()
        case .tooManyTasks: counters.tooManyTasks.increment()
        case .sequenceJump: counters.sequenceJump.increment()
        }
    }

    /// A task's clock matters to nothing but people who compare logs: it is told, not refused.
    private func checkClock(_ report: Report, now: Instant) {
        guard let window = report.windows.last else { return }
        let skewMs = wallClockMs() - window.startMs - Int64(window.lengthMs)
        guard skewMs.magnitude > AggregatorLimits.clockSkewMsMax else { return }
        counters.clockSkew.increment()
        if let heldBack = skews.admit(now: now) {
            log.warning(
                "report.clockSkew", LogField("task", report.identity.taskARN),
                LogField("behindMs", Int(skewMs)), LogField("heldBack", heldBack))
        }
    }

    private func allows(_ tokens: Int, _ key: ServiceKey) -> Bool {
        tokens == 0 || scopes[tokens - 1].allows(key)
    }

    private func refuseToken(_ tokens: Int, _ key: ServiceKey, _ now: Instant) -> Outcome {
        counters.foreignToken.increment()
        if let heldBack = strayTokens.admit(now: now) {
            log.warning(
                "report.foreignToken", LogField("service", "\(key)"),
                LogField("token", scopes[tokens - 1].variable), LogField("heldBack", heldBack))
        }
        return .foreignToken
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
