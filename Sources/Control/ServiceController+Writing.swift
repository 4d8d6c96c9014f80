import Scaling
import Values

// Changing the desired count.
extension ServiceController {
    /// The turn that was asked for came.
    package mutating func turn(now: Instant) -> [ControlAction] {
        guard case .queued = activity else { return [] }
        let decision = decide(now: now)
        noteWanted(decision, now: now, sampledMs: nil)
        guard decision.kind != .hold, !isBarred else {
            activity = .idle
            return []
        }
        let isBlindRaise = decision.kind == .scaleOut && looks.isBlind(now: now)
        // The second looks for what the owner may have written while it waited.
        if looks.isFresh(now: now) || isBlindRaise, !standing.isSecond {
            return send(decision, now: now)
        }
        activity = .looking(since: now)
        looks.asked(now: now)
        return [.look]
    }

    mutating func writeAfterLook(now: Instant) -> [ControlAction] {
        let decision = decide(now: now)
        noteWanted(decision, now: now, sampledMs: nil)
        guard decision.kind != .hold, !isBarred else {
            activity = .idle
            return []
        }
        return send(decision, now: now)
    }

    mutating func send(_ decision: Decision, now: Instant) -> [ControlAction] {
        lastOrderID += 1
        let order = UpdateOrder(
            id: lastOrderID, decision: decision, sentAt: now, since: wantedSince ?? now,
            sampledMs: wantedSampleMs)
        activity = .updating(order)
        // First the call, then the log.
        var actions = [ControlAction.update(order)]
        if loggedOrder?.to != order.to || loggedOrder?.decision.from != order.decision.from {
            actions.append(.log(.decided(order)))
        }
        loggedOrder = order
        return actions
    }

    /// ECS took the order on its way; `description` is the service as it then is.
    package mutating func accepted(
        _ description: ServiceDescription, now: Instant
    ) -> [ControlAction] {
        guard case .updating(let order) = activity else {
            preconditionFailure("a change is accepted after it began")
        }
        activity = .idle
        backoff.succeeded()
        troubles = TroubleLog()
        looks.seen(askedAt: order.sentAt)
        deployment.note(description.deploymentState, now: now)
        var taken = description
        taken.desiredCount = order.to
        // What a look showed, and we then wrote as it might be in force, is somebody else's wish.
        let wasShown = !ledger.isSettled(now: now) && ledger.doubted == order.to
        ledger.accepted(order, taken, now: now)
        update(counts(taken, now: now), isOurs: !wasShown, now: now)
        var actions = done(order, isLate: false, now: now)
        if description.desiredCount != order.to {
            actions += note(description, askedAt: now, now: now)
        }
        return actions + decideAgain(now: now, sampledMs: nil)
    }

    /// The order on its way failed, or its answer was lost.
    package mutating func failed(
        _ failure: CallFailure, now: Instant, jitter: Double
    ) -> [ControlAction] {
        guard case .updating(let order) = activity else {
            preconditionFailure("a change fails after it began")
        }
        switch failure.kind {
        case .notSent, .cancelled:
            activity = .waiting(until: now + ControlLimits.retryMin, isOutage: false)
            return []
        case .uncertain: ledger.lose(order)
        case .throttled, .transient, .lasting: break
        }
        changes.failed += 1
        lastFailure = failure.text
        let isOutage = failure.kind == .transient || failure.kind == .uncertain
        let wait = backoff.failed(failure, jitter: jitter)
        activity = .waiting(until: now + wait, isOutage: isOutage)
        guard let repeats = troubles.failed(code: failure.code, now: now) else { return [] }
        return [.log(.failed(order, failure, repeats: repeats))]
    }

    /// An order is known to be done: by its answer, or late, by a look.
    mutating func done(_ order: UpdateOrder, isLate: Bool, now: Instant) -> [ControlAction] {
        let from = order.decision.from
        lastFailure = nil
        movedAt = now
        wantedSince = nil
        loggedOrder = nil
        if order.to < from { changes.in += 1 } else { changes.out += 1 }
        rivalry.changed(from: from, to: order.to, now: now)
        let change = ServiceChange(decision: order.decision, wallMs: wallMs(now: now) ?? 0)
        lastChange = change
        let scaled = ControlEvent.scaled(
            order, tookMs: (now - order.since).inSeconds * 1000,
            callMs: (now - order.sentAt).inSeconds * 1000, isLate: isLate)
        return [.announce(.scaled(change)), .log(scaled), .persist]
    }
}
