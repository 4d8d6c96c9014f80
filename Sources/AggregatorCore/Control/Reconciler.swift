import AWS
import Platform
import Scaling
import Synchronization
import Values

/// Asks ECS for the services' counts, ten services a call, at the start and again and again.
///
/// Adopts what others changed, and says so. The calls also keep the connection to ECS warm, so that
/// a surge pays no handshake.
package final class Reconciler: Sendable {
    private let fleet: Fleet
    private let ecs: ECSClient
    private let period: Duration
    private let log: Log
    /// The services of one call: of one cluster, as it is written in the configuration.
    private let batches: [[ManagedService]]
    private let troubles = Lock<[Int: String]>([:])
    private let hasAnswer = Atomic(false)

    package init(fleet: Fleet, ecs: ECSClient, period: Duration, log: Log) {
        self.fleet = fleet
        self.ecs = ecs
        self.period = period
        self.log = log
        let clusters = Dictionary(grouping: fleet.services) { $0.configuration.cluster }
        batches = clusters.sorted { $0.key < $1.key }.flatMap { _, services in
            stride(from: 0, to: services.count, by: AggregatorLimits.describeServicesMax).map {
                Array(services[$0..<min($0 + AggregatorLimits.describeServicesMax, services.count)])
            }
        }
    }

    /// Whether ECS has answered since the start.
    package var hasSeenECS: Bool { hasAnswer.load(ordering: .relaxed) }

    /// Until it is cancelled.
    package func run() async {
        while !Task.isCancelled {
            for index in batches.indices { await reconcile(index) }
            let pause = hasSeenECS ? period : min(period, AggregatorLimits.firstAnswerRetry)
            // Thrown only when cancelled, which ends the loop.
            try? await Task.sleep(for: pause)
        }
    }

    private func reconcile(_ index: Int) async {
        let services = batches[index]
        let generations = services.map(\.generation)
        do throws(AWSError) {
            let description = try await ecs.describeServices(
                cluster: services[0].configuration.cluster,
                services: services.map(\.configuration.service))
            hasAnswer.store(true, ordering: .relaxed)
            recovered(index)
            let now = MonotonicClock.now()
            let byName = Dictionary(
                description.found.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            for (service, generation) in zip(services, generations) {
                take(byName[service.key.service], of: service, generation, now: now)
            }
        } catch {
            if case .cancelled = error { return }
            failed(index, error)
        }
    }

    private func take(
        _ described: ECSService?, of service: ManagedService, _ generation: Int, now: Instant
    ) {
        guard let described, described.isActive else {
            if service.missing() {
                let status = described?.status ?? "MISSING"
                log.log(.error, "service.missing", service.fields + [LogField("status", status)])
            }
            return
        }
        let counts = ServiceCounts(described)
        switch service.described(counts, generation: generation, now: now) {
        case .asKnown: break
        case .found: log.log(.info, "service.found", service.fields + counts.fields)
        case .adopted(let from):
            log.log(
                .info, "service.adopted",
                service.fields + [
                    LogField("from", from), LogField("to", counts.desiredCount),
                    LogField("reason", "somebody else changed the desired count"),
                ])
        }
        service.tick(now: now)
    }

    /// Told when it begins, and when it turns into another trouble.
    private func failed(_ index: Int, _ error: AWSError) {
        let isNew = troubles.withLock { $0.updateValue(error.code, forKey: index) != error.code }
        guard isNew else { return }
        log.log(.error, "ecs.failed", batches[index][0].fields + error.fields)
    }

    private func recovered(_ index: Int) {
        guard troubles.withLock({ $0.removeValue(forKey: index) }) != nil else { return }
        log.log(.info, "ecs.recovered", batches[index][0].fields)
    }
}

extension ServiceCounts {
    fileprivate var fields: [LogField] {
        [
            LogField("desiredCount", desiredCount), LogField("runningCount", runningCount),
            LogField("pendingCount", pendingCount),
            LogField("deploymentInProgress", deploymentInProgress),
        ]
    }
}
