import AWS
import Platform
import Scaling
import Values

/// Calls UpdateService: when and only when a decision changes the desired count, one call a service
/// at a time, and the newest decision wins.
package final class Actuator: Sendable {
    private let fleet: Fleet
    private let ecs: ECSClient
    private let announcer: Announcer
    private let metrics: Metrics
    private let log: Log

    package init(
        fleet: Fleet, ecs: ECSClient, announcer: Announcer, metrics: Metrics, log: Log
    ) {
        self.fleet = fleet
        self.ecs = ecs
        self.announcer = announcer
        self.metrics = metrics
        self.log = log
    }

    /// Until the fleet is stopped; a call under way is then still ended.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for service in fleet.services {
                group.addTask {
                    for await _ in service.bell { await self.act(service) }
                }
            }
        }
    }

    private func act(_ service: ManagedService) async {
        while let change = service.beginChange(now: MonotonicClock.now()) {
            let decision = change.decision
            let begin = MonotonicClock.now()
            log.log(.info, "service.decision", service.fields + decision.fields + change.fields)
            do throws(AWSError) {
                let answer = try await ecs.updateService(
                    cluster: service.configuration.cluster,
                    service: service.configuration.service, desiredCount: decision.to)
                let end = MonotonicClock.now()
                let wallMs = WallClock.nowMs()
                metrics.reaction.observe((end - change.since).inSeconds)
                service.accepted(decision, ServiceCounts(answer), now: end, wallMs: wallMs)
                log.log(
                    .info, "service.scaled",
                    service.fields + [
                        LogField("from", decision.from), LogField("to", decision.to),
                        LogField("reactionMs", (end - change.since).inSeconds * 1000),
                        LogField("callMs", (end - begin).inSeconds * 1000),
                    ])
                announcer.announce(
                    service.configuration, ServiceChange(decision: decision, wallMs: wallMs))
            } catch {
                service.failed(
                    error.text, now: MonotonicClock.now(), jitter: Double.random(in: 0..<1))
                log.log(
                    .error, "service.scaleFailed",
                    service.fields + [
                        LogField("from", decision.from), LogField("to", decision.to),
                    ] + error.fields)
            }
        }
    }
}

extension WantedChange {
    /// How fresh its grounds are; a person who looks for lost time begins here.
    fileprivate var fields: [LogField] {
        sampledMs.map { [LogField("sampledAt", UTCTime.text(ms: $0))] } ?? []
    }
}

extension ServiceCounts {
    init(_ service: ECSService) {
        self.init(
            desiredCount: service.desiredCount, runningCount: service.runningCount,
            pendingCount: service.pendingCount,
            deploymentInProgress: service.deploymentInProgress)
    }
}

extension AWSError {
    /// The error for the log: a code for machines, a sentence for people, and AWS's own words.
    var fields: [LogField] {
        var fields = [LogField("code", code), LogField("error", text)]
        guard case .refused(let refusal) = self else { return fields }
        fields.append(LogField("status", refusal.status))
        fields.append(LogField("message", refusal.message))
        if let id = refusal.requestID { fields.append(LogField("requestId", id)) }
        return fields
    }
}
