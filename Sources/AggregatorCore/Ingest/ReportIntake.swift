import Platform
import Scaling
import Telemetry
import Values

/// Brings a valid report to its service.
package final class ReportIntake: Sendable {
    /// What became of a report.
    package struct Taken: Sendable {
        let outcome: ReportOutcome
        /// Whose report it was taken in as.
        var service: ManagedService?
        /// What to answer, where more is known than the outcome's own words say.
        var detail: String?

        init(_ outcome: ReportOutcome, service: ManagedService? = nil, detail: String? = nil) {
            self.outcome = outcome
            self.service = service
            self.detail = detail
        }
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
    ) -> Taken {
        let taken = bring(report, from: address, tokens: tokens, now: now)
        counters.count(taken.outcome)
        return taken
    }

    private func bring(
        _ report: Report, from address: String?, tokens: Int, now: Instant
    ) -> Taken {
        let identity = report.identity
        if let name = identity.service {
            let key = ServiceKey(cluster: identity.cluster, service: name)
            guard allows(tokens, key) else { return refuseToken(tokens, key, now) }
            if address == nil { return bring(report, key, standing: .unverified, now: now) }
            guard fleet.service(key) != nil else { return notConfigured(key, now) }
        } else if !fleet.hasCluster(identity.clusterName) {
            let name = identity.clusterName
            logUnconfigured("\(name)/?", now)
            return Taken(
                .notConfigured, detail: "no service of cluster \(name) is configured here")
        }
        return resolve(
            TaskResolver.Sent(report: report, address: address, tokens: tokens), now: now)
    }

    private func resolve(_ sent: TaskResolver.Sent, now: Instant) -> Taken {
        switch resolver.resolve(sent, now: now) {
        // ECS's word counts for more than the task's.
        case .service(let key):
            guard allows(sent.tokens, key) else { return refuseToken(sent.tokens, key, now) }
            return bring(sent.report, key, standing: .verified, now: now)
        case .noService:
            logUnconfigured(sent.report.identity.taskARN, now)
            return Taken(.noService)
        case .foreignSender:
            if let heldBack = foreigners.admit(now: now) {
                log.warning(
                    "report.foreignSender", LogField("task", sent.report.identity.taskARN),
                    LogField("address", sent.address ?? ""), LogField("heldBack", heldBack))
            }
            return Taken(.foreignSender)
        case .unresolved: return Taken(.unresolved)
        case .noRoom: return Taken(.tooManyUnresolved)
        }
    }

    private func bring(
        _ report: Report, _ key: ServiceKey, standing: TaskStanding, now: Instant
    ) -> Taken {
        guard let service = fleet.service(key) else { return notConfigured(key, now) }
        let outcome = service.ingest(report, standing: standing, now: now)
        switch outcome {
        case .tooManyTasks, .sequenceJump: return Taken(ReportOutcome(outcome))
        case .accepted: checkClock(report, now: now)
        case .duplicate, .reordered, .forgotten, .probe: break
        }
        return Taken(ReportOutcome(outcome), service: service)
    }

    /// A task's clock matters to nothing but people who compare logs: it is logged, not refused.
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

    private func refuseToken(_ tokens: Int, _ key: ServiceKey, _ now: Instant) -> Taken {
        if let heldBack = strayTokens.admit(now: now) {
            log.warning(
                "report.foreignToken", LogField("service", "\(key)"),
                LogField("token", scopes[tokens - 1].variable), LogField("heldBack", heldBack))
        }
        return Taken(.foreignToken)
    }

    private func notConfigured(_ key: ServiceKey, _ now: Instant) -> Taken {
        logUnconfigured("\(key)", now)
        return Taken(
            .notConfigured,
            detail: "service \(key.service) of cluster \(key.cluster) is not configured here")
    }

    /// Logged now and then, and nothing of it is kept: strangers cannot grow memory.
    private func logUnconfigured(_ sender: String, _ now: Instant) {
        guard let heldBack = unconfigured.admit(now: now) else { return }
        log.warning(
            "report.notConfigured", LogField("sender", sender), LogField("heldBack", heldBack))
    }
}
