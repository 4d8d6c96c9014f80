import Control
import Platform
import Synchronization
import Values

/// Whether ECS answers: logs when it stops and starts to, and ends every service's wait as soon as
/// any call is answered again.
package final class ECSHealth: Sendable {
    private let fleet: Fleet
    private let log: Log
    private let troubles = Lock(TroubleLog())
    private let isOut = Atomic(false)
    private let hasAnswer = Atomic(false)

    package init(fleet: Fleet, log: Log) {
        self.fleet = fleet
        self.log = log
    }

    /// Whether ECS has answered since the start.
    package var hasSeenECS: Bool { hasAnswer.load(ordering: .relaxed) }

    func answered() {
        hasAnswer.store(true, ordering: .relaxed)
        let now = MonotonicClock.now()
        if troubles.withLock({ $0.answered(now: now) }) { log.info("ecs.recovered") }
        guard isOut.exchange(false, ordering: .relaxed) else { return }
        for service in fleet.services { service.ecsAnswered(now: now) }
    }

    func noteOutage(_ failure: CallFailure) {
        guard failure.kind == .transient || failure.kind == .uncertain else { return }
        isOut.store(true, ordering: .relaxed)
    }

    /// A look at the service failed.
    func failed(_ failure: CallFailure, _ service: ManagedService) {
        guard failure.kind != .cancelled, failure.kind != .notSent else { return }
        noteOutage(failure)
        let now = MonotonicClock.now()
        guard let repeats = troubles.withLock({ $0.failed(code: failure.code, now: now) }) else {
            return
        }
        log.log(
            .error, "ecs.failed",
            service.fields + failure.fields + [LogField("heldBack", repeats)])
    }
}

extension CallFailure {
    /// A code for machines, and a sentence with AWS's own words for people.
    var fields: [LogField] {
        var fields = [LogField("code", code), LogField("error", text)]
        if let status { fields.append(LogField("status", status)) }
        if let requestID { fields.append(LogField("requestId", requestID)) }
        return fields
    }
}
