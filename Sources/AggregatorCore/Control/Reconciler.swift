import Control
import Platform
import Values

/// Looks at the services whose controllers want it, ten services a call, about once a second.
///
/// The calls also keep the connection to ECS warm, so that a surge pays no handshake.
package final class Reconciler: Sendable {
    private let fleet: Fleet
    private let ecs: any ServiceControl
    private let health: ECSHealth

    package init(fleet: Fleet, ecs: any ServiceControl, health: ECSHealth) {
        self.fleet = fleet
        self.ecs = ecs
        self.health = health
    }

    /// Until it is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let now = MonotonicClock.now()
                for batch in Self.batches(fleet.services.filter { $0.isLookDue(now: now) }) {
                    for service in batch { service.lookAsked(now: now) }
                    group.addTask { await self.look(at: batch, askedAt: now) }
                }
                // Thrown only when cancelled, which ends the loop.
                try? await Task.sleep(for: ControlLimits.movingPeriod)
            }
            group.cancelAll()
        }
    }

    /// The services of each call: of one cluster, as it is written in the configuration. Those that
    /// find no room in this round are asked for in the next; who was not seen longest is first.
    static func batches(_ due: [ManagedService]) -> [[ManagedService]] {
        let oldest = due.sorted { ($0.seenAt ?? $0.startedAt) < ($1.seenAt ?? $1.startedAt) }
        var batches: [[ManagedService]] = []
        var open: [String: Int] = [:]
        for service in oldest {
            let cluster = service.configuration.cluster
            if let index = open[cluster],
                batches[index].count < ControlLimits.servicesPerLook
            {
                batches[index].append(service)
            } else if batches.count < ControlLimits.looksPerRound {
                open[cluster] = batches.count
                batches.append([service])
            }
        }
        return batches
    }

    private func look(at batch: [ManagedService], askedAt: Instant) async {
        do throws(CallFailure) {
            let found = try await ecs.describe(
                cluster: batch[0].configuration.cluster,
                services: batch.map(\.configuration.service), within: ControlLimits.lookWithin)
            health.answered()
            let byName = Dictionary(
                found.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            for service in batch {
                service.described(byName[service.key.service], askedAt: askedAt)
            }
        } catch {
            // Without the right for one of them AWS refuses all: the others are asked for alone.
            if error.kind == .lasting, batch.count > 1 {
                for service in batch { await look(at: [service], askedAt: askedAt) }
                return
            }
            health.failed(error, batch[0])
            for service in batch { service.lookFailed(error) }
        }
    }
}
