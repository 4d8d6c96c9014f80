import Control
import Platform
import Values

/// Makes the calls that services' controllers ask for: a fresh look, then UpdateService, one call a
/// service at a time, and each service in its turn.
package final class Actuator: Sendable {
    private let fleet: Fleet
    private let ecs: any ServiceControl
    private let health: ECSHealth
    private let metrics: Metrics

    package init(fleet: Fleet, ecs: any ServiceControl, health: ECSHealth, metrics: Metrics) {
        self.fleet = fleet
        self.ecs = ecs
        self.health = health
        self.metrics = metrics
    }

    /// Until the fleet is stopped; a call under way is then still ended.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for service in fleet.services {
                group.addTask {
                    for await call in service.calls { await self.make(call, for: service) }
                }
            }
            group.addTask { await self.fleet.turns.run(self.fleet) }
        }
    }

    private func make(_ call: ManagedService.Call, for service: ManagedService) async {
        switch call {
        case .look: await look(at: service)
        case .update(let order): await update(service, order)
        }
    }

    private func look(at service: ManagedService) async {
        let askedAt = MonotonicClock.now()
        do throws(CallFailure) {
            let found = try await ecs.describe(
                cluster: service.configuration.cluster,
                services: [service.configuration.service],
                within: ControlLimits.freshLookWithin)
            health.answered()
            service.described(found.first, askedAt: askedAt)
        } catch {
            health.failed(error, service)
            service.freshLookFailed(error)
        }
    }

    private func update(_ service: ManagedService, _ order: UpdateOrder) async {
        // Whoever lowers holds the lease, and holds it until the call is over.
        guard let start = service.mayBegin(order) else {
            return service.failed(
                CallFailure(.notSent, code: "NoLease", text: "the lease ended before the call"))
        }
        do throws(CallFailure) {
            let description = try await ecs.setDesiredCount(
                order.to, of: service.configuration.service, in: service.configuration.cluster,
                within: ControlLimits.writeWithin, notAfter: start.before)
            metrics.reaction.observe((MonotonicClock.now() - order.since).inSeconds)
            health.answered()
            service.accepted(description)
        } catch {
            health.noteOutage(error)
            service.failed(error)
        }
    }
}
