import AWS
import Control
import Platform
import Values

/// Looks where Application Auto Scaling changes the same counts, and suspends it where the
/// configuration says so.
///
/// Two masters on one count flap, so nothing is lowered where it is active. What we suspend we give
/// back when we stop, so that a service is never without any scaling. SIGTERM does not say whether
/// another aggregator takes over: in a deployment of ours the next one sees within
/// `suspendedPeriod` that a target is active again, and suspends it again.
package final class AutoScalingWatch: Sendable {
    private let fleet: Fleet
    private let client: ApplicationAutoScalingClient
    private let log: Log
    private let troubles = Lock(TroubleLog())
    private let isDenied = Lock(false)
    /// What was suspended before we suspended the rest; a target that we found suspended as a whole
    /// we take for our own work, in an earlier life that could not give it back.
    private let suspended = Lock<[ServiceKey: SuspendedState]>([:])

    package init(fleet: Fleet, client: ApplicationAutoScalingClient, log: Log) {
        self.fleet = fleet
        self.client = client
        self.log = log
    }

    /// Until it is cancelled.
    package func run() async {
        let ours = fleet.services.filter(\.suspendsAutoScaling)
        var allAt: Instant?
        while !Task.isCancelled {
            let now = MonotonicClock.now()
            let period = isDenied.withLock { $0 } ? Self.deniedPeriod : Self.period
            let isAllDue = allAt.map { now - $0 >= period } ?? true
            if isAllDue { allAt = now }
            await look(at: isAllDue ? fleet.services : ours)
            // Thrown only when cancelled, which ends the loop.
            try? await Task.sleep(for: ours.isEmpty ? Self.period : Self.suspendedPeriod)
        }
    }

    private static let period = ControlLimits.autoScalingPeriod
    private static let suspendedPeriod = ControlLimits.autoScalingSuspendedPeriod
    private static let deniedPeriod = ControlLimits.autoScalingDeniedPeriod

    func look(at services: [ManagedService]) async {
        guard !services.isEmpty else { return }
        do throws(AWSError) {
            let targets = try await client.describeScalableTargets(services.map(\.resourceID))
            isDenied.withLock { $0 = false }
            let found = Dictionary(
                targets.map { ($0.resourceID, $0.suspended) }, uniquingKeysWith: { _, last in last }
            )
            for service in services { await note(found[service.resourceID], of: service) }
        } catch {
            noteFailure(error)
        }
    }

    /// Without the right to ask, everything else goes on: said once, and asked again seldom.
    private func noteFailure(_ error: AWSError) {
        if case .refused(let refusal) = error, refusal.kind == .denied {
            let wasDenied = isDenied.withLock { denied in
                defer { denied = true }
                return denied
            }
            guard !wasDenied else { return }
            log.log(
                .warning, "autoScaling.unknown",
                error.fields + [
                    LogField(
                        "reason",
                        "whether Application Auto Scaling changes the same counts is not known"
                            + " without this right; everything else goes on")
                ])
            return
        }
        if case .cancelled = error { return }
        let now = MonotonicClock.now()
        guard let repeats = troubles.withLock({ $0.failed(code: error.code, now: now) }) else {
            return
        }
        log.log(.warning, "autoScaling.failed", error.fields + [LogField("heldBack", repeats)])
    }

    private func note(_ state: SuspendedState?, of service: ManagedService) async {
        guard let state else {
            suspended.withLock { $0[service.key] = nil }
            return service.autoScaled(false)
        }
        guard service.suspendsAutoScaling else { return service.autoScaled(state != .all) }
        if state == .all {
            suspended.withLock { $0[service.key] = $0[service.key] ?? SuspendedState.none }
            return service.autoScaled(false)
        }
        // Before the call: its answer may be lost.
        suspended.withLock { $0[service.key] = state }
        service.autoScaled(true)
        do throws(AWSError) {
            try await client.registerScalableTarget(service.resourceID, suspended: .all)
            log.log(.info, "autoScaling.suspended", service.fields)
            service.autoScaled(false)
        } catch {
            let now = MonotonicClock.now()
            let repeats = troubles.withLock { $0.failed(code: error.code, now: now) }
            guard let repeats else { return }
            log.log(
                .error, "autoScaling.notSuspended",
                service.fields + error.fields + [LogField("heldBack", repeats)])
        }
    }

    /// Resumes what we suspended; after `run` ended.
    package func giveBack() async {
        let all = suspended.withLock { $0 }
        await withDiscardingTaskGroup { group in
            for service in fleet.services {
                guard let state = all[service.key] else { continue }
                group.addTask { await self.resume(service, state) }
            }
        }
    }

    private func resume(_ service: ManagedService, _ state: SuspendedState) async {
        do throws(AWSError) {
            try await client.registerScalableTarget(service.resourceID, suspended: state)
            log.log(.info, "autoScaling.resumed", service.fields)
        } catch {
            log.log(
                .error, "autoScaling.notResumed",
                service.fields + error.fields + [
                    LogField("next", "resume its scalable target, \(service.resourceID), by hand")
                ])
        }
    }
}

extension ManagedService {
    fileprivate var resourceID: String {
        ApplicationAutoScalingClient.resourceID(cluster: key.cluster, service: key.service)
    }

    fileprivate var suspendsAutoScaling: Bool {
        configuration.autoScaling == .suspend && !configuration.policy.dryRun
    }
}
