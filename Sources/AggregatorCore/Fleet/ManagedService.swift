import Platform
import Scaling
import Telemetry
import Values

/// One configured service: its state behind a lock of its own, and a bell for its actuator.
package final class ManagedService: Sendable {
    package let configuration: ServiceConfiguration
    package var key: ServiceKey { configuration.key }
    /// Rings when there is something to change; rings that nobody heard yet are one.
    let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private let state: Lock<ServiceState>
    private let log: Log

    init(_ configuration: ServiceConfiguration, log: Log, now: Instant) {
        self.configuration = configuration
        self.log = log
        state = Lock(ServiceState(policy: configuration.policy, now: now))
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func ingest(_ report: Report, now: Instant) -> IngestOutcome {
        let (outcome, effects) = state.withLock { $0.ingest(report, now: now) }
        perform(effects)
        return outcome
    }

    /// A task was told to wait with its report.
    func heard(_ taskARN: String, now: Instant) {
        state.withLock { $0.heard(taskARN, now: now) }
    }

    /// Decides without a report, as time passes.
    func tick(now: Instant, wallMs: Int64) {
        let effects = state.withLock { state in
            state.setWallClock(ms: wallMs, now: now)
            return state.tick(now: now)
        }
        perform(effects)
    }

    /// Decides without a report: counts came.
    func tick(now: Instant) {
        perform(state.withLock { $0.tick(now: now) })
    }

    private func perform(_ effects: ServiceState.Effects) {
        if effects.wakesActuator { ring.yield() }
        for pause in effects.resumed {
            log.log(.info, "service.resumed", fields + pause.fields)
        }
        guard let decision = effects.news else { return }
        log.log(
            .info,
            configuration.policy.dryRun && decision.kind != .hold
                ? "service.dryRun" : "service.state",
            fields + decision.fields)
    }

    /// Ends the actuator's wait for good, and tells which pauses end with the program.
    func stop() {
        ring.finish()
        for pause in state.withLock({ $0.pauses }) {
            log.log(.warning, "service.pauseLost", fields + pause.fields)
        }
    }

    /// Which service an event of the log is about.
    var fields: [LogField] {
        [LogField("cluster", key.cluster), LogField("service", key.service)]
    }
}

// For the actuator and the reconciler.
extension ManagedService {
    func beginChange(now: Instant) -> WantedChange? {
        state.withLock { $0.beginChange(now: now) }
    }

    func accepted(_ decision: Decision, _ counts: ServiceCounts, now: Instant, wallMs: Int64) {
        state.withLock { $0.accepted(decision, counts, now: now, wallMs: wallMs) }
    }

    func failed(_ reason: String, now: Instant, jitter: Double) {
        state.withLock { $0.failed(reason, now: now, jitter: jitter) }
    }

    var generation: Int { state.withLock { $0.generation } }

    func described(
        _ counts: ServiceCounts, generation: Int, now: Instant
    ) -> ServiceState.Described {
        state.withLock { $0.described(counts, generation: generation, now: now) }
    }

    func missing() -> Bool {
        state.withLock { $0.missing() }
    }

    func pause(_ pause: ServicePause) {
        state.withLock { $0.pause(pause) }
        log.log(.warning, "service.paused", fields + pause.fields)
    }

    func resume(_ direction: PauseDirection, now: Instant) {
        let (ended, effects) = state.withLock { ($0.resume(direction), $0.tick(now: now)) }
        for pause in ended { log.log(.info, "service.resumed", fields + pause.fields) }
        perform(effects)
    }

    /// What a person sees of it.
    package func snapshot() -> ServiceSnapshot {
        state.withLock { ServiceSnapshot(configuration, $0) }
    }
}
