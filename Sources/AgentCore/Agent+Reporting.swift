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
        for link in links { link.delivery.clock = introduction.clock }
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
        guard let identity = introduction.identity else { return }
        findAggregators(identity, now)
        let state = state(now)
        for link in links where link.isOn {
            if let line = link.advance(identity, state, now: now) {
                log.write(line.event, suppressed: line.suppressed)
            }
            if !hasReported, link.acceptedAt != nil {
                hasReported = true
                // All that starting needed was done with the first.
                ThisProcess.returnStartingPages()
            }
        }
    }

    private func state(_ now: Instant) -> TaskState {
        if introduction.isDraining { return .draining }
        return recorder.isStarting(now: now) ? .starting : .running
    }

    /// Looks the aggregator's name up again and again: two of its addresses get the reports.
    private func findAggregators(_ identity: TaskIdentity, _ now: Instant) {
        let host = settings.aggregator.host
        guard settings.aggregators.count == 1, !SocketAddress.isLiteral(host) else { return }
        if let list = HostAddresses.takeLookup() {
            pair.found(list, service: identity.service ?? identity.family)
            let isNamed = pair.first == nil && pair.second == nil
            links[0].point(at: pair.first, isOn: pair.first != nil || isNamed)
            links[1].point(at: pair.second, isOn: pair.second != nil)
        }
        guard now >= lookupDue else { return }
        lookupDue = now + AgentLimits.lookupInterval
        HostAddresses.beginLookup(host)
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

    /// Up when one of them is.
    private func aggregatorLink(_ now: Instant) -> HealthState.Link {
        let patience = max(
            AgentLimits.linkPatience, settings.window + settings.window + settings.backoffMax)
        var worst = HealthState.Link.unknown
        for link in links where link.isOn {
            switch link.state(now: now, patience: patience) {
            case .up: return .up
            case .down: worst = .down
            case .unknown: break
            }
        }
        return worst
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

    /// False when time is over, or nobody was known; true when one of them heard it.
    private func endDelivery(_ start: Instant) -> Bool {
        recorder.end(now: start, wallMs: WallClock.nowMs())
        perform()
        guard let identity = introduction.identity else { return false }
        while true {
            let now = MonotonicClock.now()
            var next = now + AgentLimits.farewellMax
            var isOver = true
            for link in links where link.isOn {
                guard let until = link.part(identity, now: now) else { continue }
                isOver = false
                if until < next { next = until }
            }
            if isOver { return links[0].isHeard || links[1].isHeard }
            multi.wait(atMost: next - now)
            multi.advance()
        }
    }
}
