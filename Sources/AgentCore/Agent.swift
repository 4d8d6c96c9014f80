import Platform
import Telemetry
import Transport
import Values
import Writing

/// The sidecar: one thread that samples nginx on a beat and pushes what it saw.
package final class Agent {
    private let settings: AgentSettings
    private let multi = HTTPMulti(connectionsMax: 2)
    private let sampler: Sampler
    private let sender: ReportSender
    private let metadata: MetadataClient
    private var log = Log()
    private var beat: Beat
    private var builder: WindowBuilder
    private var trigger: RiseTrigger
    private var delivery: Delivery
    private var identity: TaskIdentity?
    private var isMetadataDown = false
    private var stats: StatsClient?
    private var nginx = NginxHealth()
    private var poller = Poller()
    private var readiness: [Readiness] = []
    private var health: HealthListener?
    private let startedAt: Instant
    private var sampledAt: Instant?
    private var isTaken = false
    private var watchdog = Watchdog(AgentLimits.hangMax, exitCode: ExitCode.software)

    package init(_ settings: AgentSettings) throws(TransportError) {
        self.settings = settings
        let now = MonotonicClock.now()
        let backoff = Backoff(first: AgentLimits.backoffFirst, longest: settings.backoffMax)
        sampler = Sampler(settings.statusTargets, timeout: settings.sampleTimeout)
        sender = try ReportSender(settings, multi: multi)
        metadata = MetadataClient(settings, backoff: backoff, multi: multi, now: now)
        // Tasks that started together then sample in turns: one of them sees a surge sooner, and
        // their reports do not come all at once.
        let phase = Int64(
            ThisProcess.randomBits() % UInt64(settings.sampleInterval.wholeNanoseconds))
        beat = Beat(interval: settings.sampleInterval, first: now + .nanoseconds(phase))
        builder = WindowBuilder(start: now, startMs: WallClock.nowMs())
        trigger = RiseTrigger(
            riseMin: settings.pushRise, risePercent: settings.pushRisePercent,
            floor: settings.pushFloor)
        delivery = Delivery(bootID: ThisProcess.randomBits(), backoff: backoff)
        startedAt = now
    }

    /// Runs until SIGTERM, and has then said farewell to the aggregator.
    package func run(_ signals: borrowing SignalQueue) {
        log.write(.info, "agent.started") { json in
            json.member("version", AgentVersion.text)
            settings.describe(to: &json)
        }
        listenForHealth()
        while true {
            let now = MonotonicClock.now()
            watchdog.feed(now)
            step(now)
            wait(signals.descriptor)
            guard readiness[Self.signalsIndex].isReady else { continue }
            switch signals.next() {
            case .terminate: return farewell()
            case .reload: sender.forgetToken()
            case nil: break
            }
        }
    }

    private func step(_ now: Instant) {
        if !multi.isIdle { multi.advance() }
        if let outcome = sampler.advance(now: now) { record(outcome, now) }
        if beat.take(now: now) && sampler.isIdle {
            sampler.start(now: now)
            // A refused connection is known at once; an answer never is.
            if sampler.isDecided, let outcome = sampler.advance(now: now) { record(outcome, now) }
        }
        if isOverdue(now) { closeWindow(at: now, now: now) }
        identify(now)
        deliver(now)
        tellHealth(now)
    }

    // Where these are in `readiness`; the sampler's connections follow.
    private static let signalsIndex = 0
    private static let healthIndex = 1

    private func wait(_ signals: Int32) {
        let now = MonotonicClock.now()
        var next = min(now + AgentLimits.sleepMax, beat.due)
        if let deadline = sampler.deadline { next = min(next, deadline) }
        if let due = metadata.due { next = min(next, due) }
        if let due = stats?.due { next = min(next, due) }
        if identity != nil, let due = delivery.due(now: now) { next = min(next, due) }
        let span = max(.zero, next - now)
        readiness.removeAll(keepingCapacity: true)
        readiness.append(Readiness(signals))
        if let health { readiness.append(health.readiness) }
        sampler.addReadiness(to: &readiness)
        if multi.isIdle {
            poller.wait(for: &readiness, atMost: span)
        } else {
            multi.wait(atMost: span, alongside: &readiness)
        }
    }
}

// What was sampled.
extension Agent {
    /// A window ends with the sample that is nearest to its end: no other wake-up is needed.
    private func record(_ outcome: Sampler.Outcome, _ now: Instant) {
        switch outcome {
        case .failed(let error, let target): fail(error, target, now)
        case .taken(let sample): take(sample, now)
        }
        if now + settings.sampleInterval / 2 >= builder.start + settings.window {
            closeWindow(at: now, now: now)
        }
    }

    /// Whether no sample ended the window: nginx hangs, and the task is to be heard all the same.
    private func isOverdue(_ now: Instant) -> Bool {
        now >= builder.start + settings.window + settings.sampleInterval
    }

    private func fail(_ error: SampleError, _ target: StatusTarget, _ now: Instant) {
        builder.addFailure()
        guard nginx.failed(now: now) else { return }
        log.write(.warning, "nginx.down") { json in
            json.member("url", target.text)
            json.member("reason", error.text)
        }
    }

    private func take(_ sample: LoadSample, _ now: Instant) {
        sampledAt = now
        if let outage = nginx.succeeded(now: now) {
            log.write(.info, "nginx.up") { json in
                json.member("failedSamples", outage.failedSamples)
                json.member("downMs", outage.lastedMs)
            }
        }
        if sample.restarts > 0 { log.write(.info, "nginx.restarted") }
        add(sample)
    }

    /// A rise is told at once, in a window of its own, so that what was before does not dilute it.
    private func add(_ sample: LoadSample) {
        guard trigger.fires(busy: sample.busy, now: sample.at) else { return builder.add(sample) }
        if !builder.isEmpty {
            let cut = Instant(
                nanoseconds: sample.at.nanoseconds - settings.sampleInterval.wholeNanoseconds)
            closeWindow(at: max(builder.start, cut), now: sample.at)
        }
        builder.add(sample)
        closeWindow(at: sample.at, now: sample.at)
    }

    private func closeWindow(at end: Instant, now: Instant) {
        // Rounded as lengths of windows are, so that begin and length lead to the end.
        let agoMs = ((now - end).wholeNanoseconds + 500_000) / 1_000_000
        let endMs = WallClock.nowMs() - agoMs
        let window = builder.close(at: end, endMs: endMs)
        trigger.told(window)
        delivery.add(window)
    }
}

// Whom it is said to.
extension Agent {
    private func identify(_ now: Instant) {
        switch metadata.advance(now: now) {
        case .known(let known): learn(known, now)
        case .troubled(let reason):
            isMetadataDown = true
            log.write(.warning, "metadata.down") { $0.member("reason", reason) }
        case nil: break
        }
        switch stats?.advance(now: now) {
        case .known(let usage): builder.usage = usage
        case .troubled(let reason):
            log.write(.warning, "stats.down") { $0.member("reason", reason) }
        case nil: break
        }
    }

    private func learn(_ known: TaskMetadata, _ now: Instant) {
        if isMetadataDown { log.write(.info, "metadata.up") }
        isMetadataDown = false
        let wasSynchronized = delivery.clock?.isSynchronized ?? true
        delivery.clock = known.clock
        if let clock = known.clock, clock.isSynchronized != wasSynchronized {
            log.write(
                clock.isSynchronized ? .info : .warning,
                clock.isSynchronized ? "clock.synchronized" : "clock.unsynchronized"
            ) { $0.member("errorMs", thousandths: clock.errorMs) }
        }
        if let stats {
            stats.learn(known)
        } else if settings.readsTaskStats {
            stats = StatsClient(uri: settings.metadataURI, known, multi: multi, now: now)
        }
        let isNew = identity == nil
        identity = known.identity
        guard isNew else { return }
        log.write(.info, "identity.known") { json in
            json.member("task", known.identity.taskARN)
            json.member("cluster", known.identity.clusterName)
            if let service = known.identity.service { json.member("service", service) }
        }
    }

    private func deliver(_ now: Instant) {
        if let answer = sender.takeAnswer() { ended(answer, now) }
        guard let identity, let report = delivery.next(now: now, identity: identity) else {
            return
        }
        if let answer = sender.send(report) { ended(answer, now) }
    }

    private func ended(_ answer: DeliveryAnswer, _ now: Instant) {
        if case .accepted = answer { settle() }
        switch delivery.ended(answer, now: now, random: ThisProcess.randomBits()) {
        case .began(let trouble, let reason):
            log.write(.warning, "aggregator.down") { json in
                json.member("kind", trouble.text)
                json.member("url", sender.url)
                json.member("reason", reason)
            }
        case .ended(let failures, let lastedMs):
            log.write(.info, "aggregator.up") { json in
                json.member("url", sender.url)
                json.member("failures", failures)
                json.member("downMs", lastedMs)
            }
        case .redirected:
            log.write(.info, "aggregator.redirected") { $0.member("url", sender.url) }
        case nil: break
        }
    }

    /// A report was taken, for the first time perhaps: all that starting needed was done.
    private func settle() {
        guard !isTaken else { return }
        isTaken = true
        ThisProcess.returnStartingPages()
    }
}

// How it is.
extension Agent {
    private func listenForHealth() {
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

    private func tellHealth(_ now: Instant) {
        guard let health, readiness.count > Self.healthIndex, readiness[Self.healthIndex].isReady
        else { return }
        health.serve { [self] in
            HealthState(
                uptimeMs: (now - startedAt).wholeMilliseconds,
                sampleAgeMs: sampledAt.map { (now - $0).wholeMilliseconds },
                identity: identity == nil ? .unknown : .up,
                nginx: nginx.isDown ? .down : sampledAt == nil ? .unknown : .up,
                aggregator: delivery.isTroubled ? .down : isTaken ? .up : .unknown)
        }
    }
}

// The end.
extension Agent {
    private func farewell() {
        let start = MonotonicClock.now()
        let isTold = sayFarewell(until: start + AgentLimits.farewellMax)
        log.write(.info, "agent.stopped") { json in
            json.member("farewell", isTold ? "accepted" : "not accepted")
            json.member("tookMs", (MonotonicClock.now() - start).wholeMilliseconds)
        }
    }

    /// Sends the last report until it is taken; false when time is over, or nobody was known.
    private func sayFarewell(until deadline: Instant) -> Bool {
        guard let identity else { return false }
        var now = MonotonicClock.now()
        if !builder.isEmpty { closeWindow(at: now, now: now) }
        sender.cancel()
        let report = delivery.farewell(identity: identity)
        var answer = sender.send(report, timeout: deadline - now)
        while true {
            if let known = answer ?? sender.takeAnswer() {
                if case .accepted = known { return true }
                _ = delivery.ended(known, now: now, random: ThisProcess.randomBits())
                if case .refused = known { return false }
                answer = nil
            }
            now = MonotonicClock.now()
            guard now < deadline else { return false }
            if delivery.next(now: now, identity: identity) != nil {
                answer = sender.send(report, timeout: deadline - now)
                continue
            }
            let next = delivery.due(now: now).map { min($0, deadline) } ?? deadline
            multi.wait(atMost: next - now)
            multi.advance()
        }
    }
}
