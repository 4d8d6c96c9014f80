import Platform
import Telemetry
import Transport
import Values
import Writing

// Whom it is reported to, and as whom.
extension Agent {
    func identify(_ now: Instant) {
        switch metadata.advance(now: now) {
        case .known(let known): learn(known, now)
        case .troubled(let reason):
            if let event = introduction.metadataFailed(reason) {
                write(event, &damping.metadata, now)
            }
        case nil: break
        }
        switch stats?.advance(now: now) {
        case .known(let usage):
            recorder.used(usage, now: now)
            if let event = introduction.statsCame() { write(event, &damping.stats, now) }
        case .troubled(let reason):
            if let event = introduction.statsFailed(reason) { write(event, &damping.stats, now) }
        case nil: break
        }
    }

    private func learn(_ known: TaskMetadata, _ now: Instant) {
        for event in introduction.learn(known) { write(event, &damping.metadata, now) }
        delivery.clock = introduction.clock
        if let stats {
            stats.learn(known)
        } else if settings.readsTaskStats {
            stats = StatsClient(uri: settings.metadataURI, known, multi: multi, now: now)
        }
    }

    private func write(_ event: AgentEvent, _ damper: inout LogDamper, _ now: Instant) {
        if let line = damper.take(event, now: now) {
            log.write(line.event, suppressed: line.suppressed)
        }
    }

    func deliver(_ now: Instant) {
        if let answer = sender.takeAnswer() { ended(answer, now) }
        guard let identity = introduction.identity,
            let report = delivery.next(now: now, identity: identity, state: state(now))
        else { return }
        if let answer = sender.send(report) { ended(answer, now) }
    }

    private func state(_ now: Instant) -> TaskState {
        if introduction.isDraining { return .draining }
        return recorder.isStarting(now: now) ? .starting : .running
    }

    private func ended(_ answer: DeliveryAnswer, _ now: Instant) {
        if case .accepted = answer {
            // All that starting needed was done with the first.
            if acceptedAt == nil { ThisProcess.returnStartingPages() }
            acceptedAt = now
        }
        let change = delivery.ended(answer, now: now, random: ThisProcess.randomBits())
        guard let event = change.map({ AgentEvent($0, url: sender.url) }) else { return }
        write(event, &damping.aggregator, now)
    }
}

// How it is.
extension Agent {
    func listenForHealth() {
        guard let path = settings.healthSocket else { return }
        do {
            health = try HealthListener(path)
        } catch {
            log.write(.warning, "health.unavailable") { json in
                json.member("socket", path)
                json.member("reason", error.text)
            }
        }
    }

    func tellHealth(_ now: Instant) {
        guard let health, readiness.count > Self.healthIndex, readiness[Self.healthIndex].isReady
        else { return }
        health.serve { [self] in
            HealthState(
                uptimeMs: (now - startedAt).wholeMilliseconds,
                sampleAgeMs: recorder.sampledAt.map { (now - $0).wholeMilliseconds },
                identity: introduction.identity == nil ? .unknown : .up,
                nginx: recorder.nginxLink, aggregator: aggregatorLink(now))
        }
    }

    /// Down after a while without an accepted report: one that fails now and then is up.
    private func aggregatorLink(_ now: Instant) -> HealthState.Link {
        let patience = max(
            AgentLimits.linkPatience, settings.window + settings.window + settings.backoffMax)
        if let acceptedAt, now - acceptedAt < patience { return .up }
        return delivery.isTroubled ? .down : acceptedAt == nil ? .unknown : .up
    }
}

// The end.
extension Agent {
    func sayFarewell() {
        let start = MonotonicClock.now()
        let isAccepted = endDelivery(start)
        let tookMs = (MonotonicClock.now() - start).wholeMilliseconds
        log.write(.stopped(isAccepted: isAccepted, tookMs: tookMs))
    }

    /// False when time is over, or nobody was known.
    private func endDelivery(_ start: Instant) -> Bool {
        recorder.end(now: start, wallMs: WallClock.nowMs())
        perform()
        guard let identity = introduction.identity else { return false }
        sender.cancel()
        var farewell = Farewell(delivery, identity: identity, now: start)
        var answer: DeliveryAnswer?
        while true {
            let now = MonotonicClock.now()
            let known = answer ?? sender.takeAnswer()
            answer = nil
            switch farewell.next(known, now: now, random: ThisProcess.randomBits()) {
            case .send(let report, let span): answer = sender.send(report, timeout: span)
            case .wait(let until):
                multi.wait(atMost: until - now)
                multi.advance()
            case .done(let isAccepted): return isAccepted
            }
        }
    }
}
