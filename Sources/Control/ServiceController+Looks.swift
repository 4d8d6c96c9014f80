import Scaling
import Values

// What ECS says.
extension ServiceController {
    /// Whether ECS is to be looked at now, though no write waits for it; to be asked each second.
    package func isLookDue(now: Instant) -> Bool {
        looks.isDue(moving: isMoving(now: now), now: now)
    }

    /// A look that no write waits for was asked for.
    package mutating func lookAsked(now: Instant) {
        looks.asked(now: now)
    }

    /// How old the counts are; `nil` until ECS was heard.
    package func countsAge(now: Instant) -> Duration? {
        looks.goodAt.map { now - $0 }
    }

    /// When the newest look that ECS answered was asked for.
    package var seenAt: Instant? { looks.goodAt }

    private func isMoving(now: Instant) -> Bool {
        if wantedSince != nil || !ledger.isSettled(now: now) { return true }
        if let counts, counts.runningCount != counts.desiredCount { return true }
        return movedAt.map { now - $0 < ControlLimits.movesFor } ?? false
    }

    /// A description of the service came that was asked for at `askedAt`; `nil` when ECS does not
    /// know the service.
    package mutating func described(
        _ description: ServiceDescription?, askedAt: Instant, now: Instant
    ) -> [ControlAction] {
        looks.answered(askedAt: askedAt)
        var actions = note(description, askedAt: askedAt, now: now)
        if case .waiting(_, true) = activity { activity = .idle }
        if case .looking(let since) = activity,
            askedAt >= since || (looks.isFresh(now: now) && !standing.isSecond)
        {
            actions += writeAfterLook(now: now)
        }
        return actions + decideAgain(now: now, sampledMs: nil)
    }

    /// A look that no write waits for failed.
    package mutating func lookFailed(_ failure: CallFailure, now: Instant) {
        if failure.kind != .notSent { looks.failed(now: now) }
    }

    /// The fresh look of a write failed.
    package mutating func freshLookFailed(
        _ failure: CallFailure, now: Instant, jitter: Double
    ) -> [ControlAction] {
        lookFailed(failure, now: now)
        guard case .looking = activity else { return [] }
        let decision = decide(now: now)
        // Customers wait: a raise goes on from what was last seen.
        // Not the second's: it could take away what the owner wrote meanwhile.
        if decision.kind == .scaleOut, !isBarred, !standing.isSecond {
            return send(decision, now: now)
        }
        let wait = ControlLimits.retryMin * (1 + max(0, min(1, jitter)))
        activity = .waiting(until: now + wait, isOutage: true)
        return []
    }

    /// ECS answered a call about some service after it had not: an outage is over.
    package mutating func ecsAnswered(now: Instant) -> [ControlAction] {
        guard case .waiting(_, true) = activity else { return [] }
        activity = .idle
        return decideAgain(now: now, sampledMs: nil)
    }

    /// Whether Application Auto Scaling has an active scalable target on the service.
    package mutating func autoScaled(_ isActive: Bool) {
        isAutoScaled = isActive
    }

    // MARK: Parts

    mutating func note(
        _ description: ServiceDescription?, askedAt: Instant, now: Instant
    ) -> [ControlAction] {
        guard let description else { return missing("MISSING") }
        switch description.scalability {
        case .gone(let status): return missing(status)
        case .daemon: isDaemon = true
        case .scalable: isDaemon = false
        }
        let wasMissing = isMissing
        isMissing = false
        var inFlight: UpdateOrder?
        if case .updating(let order) = activity { inFlight = order }
        let who = writer(of: description)
        let verdict = ledger.look(
            description, askedAt: askedAt, inFlight: inFlight, now: now)
        if verdict == .stale { return [] }
        deployment.note(description.deploymentState, now: now)
        let counts = self.counts(description, now: now)
        var actions: [ControlAction] = []
        var isOurs = true
        switch verdict {
        case .found: actions.append(.log(.found(counts)))
        case .asKnown where wasMissing: actions.append(.log(.found(counts)))
        case .asKnown, .stale: break
        case .late(let from):
            let who = "an earlier call of ours, done late"
            actions.append(.log(.adopted(from: from, to: counts.desiredCount, by: who)))
        case .ours(let order): actions += done(order, isLate: true, now: now)
        case .foreign(let from) where isPartners(from: from, to: counts.desiredCount):
            movedAt = now
            changes.partner += 1
            let who = "the other aggregator"
            actions.append(.log(.adopted(from: from, to: counts.desiredCount, by: who)))
        case .foreign(let from):
            isOurs = false
            movedAt = now
            changes.foreign += 1
            if !standing.isSecond {
                rivalry.foreign(from: from, to: counts.desiredCount, now: now)
            }
            actions.append(.log(.adopted(from: from, to: counts.desiredCount, by: who)))
        }
        update(counts, isOurs: isOurs, now: now)
        return actions
    }

    func counts(_ description: ServiceDescription, now: Instant) -> ServiceCounts {
        description.counts(
            deploymentInProgress: deployment.forbidsLowering(wallMs: wallMs(now: now), now: now))
    }

    private mutating func missing(_ status: String) -> [ControlAction] {
        if case .looking = activity { activity = .idle }
        guard !isMissing else { return [] }
        isMissing = true
        return [.log(.missing(status: status))]
    }

    /// Who could have written another count than ours.
    private func writer(of description: ServiceDescription) -> String {
        if ledger.hasNewDeployment(description) {
            return "a deployment, whose template sets the desired count"
        }
        if isAutoScaled {
            return "Application Auto Scaling, which has a scalable target on this service"
        }
        return "a person, a pipeline or another autoscaler"
    }
}
