import Platform
import Telemetry
import Transport
import Values
import Writing

/// The sidecar: one thread that samples nginx on a beat and pushes what it saw. It performs only:
/// what follows from what happened, `Recorder`, `Introduction`, `Delivery` and `Farewell` decide.
package final class Agent {
    let settings: AgentSettings
    let multi = HTTPMulti(connectionsMax: 4)
    let sampler: Sampler
    /// To one aggregator, or to two.
    let links: [ReportLink]
    var pair = AggregatorPair()
    var lookupDue: Instant
    let metadata: MetadataClient
    let witnesses: WitnessReader
    var log = Log()
    var glances: Glances
    var recorder: Recorder
    var introduction = Introduction()
    var stats: StatsClient?
    var damping: Damping
    var poller = Poller()
    var readiness: [Readiness] = []
    var health: HealthListener?
    let startedAt: Instant
    var hasReported = false
    private var watchdog = Watchdog(AgentLimits.hangMax, exitCode: ExitCode.software)

    /// The states whose changes are damped in the log, each by itself.
    struct Damping {
        var stats: LogDamper
        var metadata: LogDamper
    }

    package init(_ settings: AgentSettings) throws(TransportError) {
        self.settings = settings
        let now = MonotonicClock.now()
        let backoff = Backoff(first: AgentLimits.backoffFirst, longest: settings.backoffMax)
        sampler = Sampler(settings.statusTargets, timeout: settings.sampleTimeout)
        let bootID = ThisProcess.randomBits()
        var links: [ReportLink] = []
        for index in 0..<2 {
            let isNamed = index < settings.aggregators.count
            links.append(
                ReportLink(
                    try ReportSender(
                        settings, to: settings.aggregators[isNamed ? index : 0], multi: multi),
                    Delivery(bootID: bootID, backoff: backoff), isOn: isNamed, now: now))
        }
        self.links = links
        lookupDue = now
        metadata = MetadataClient(settings, backoff: backoff, multi: multi, now: now)
        witnesses = settings.makeWitnessReader()
        // Tasks that started together then sample in turns: one of them sees a surge sooner, and
        // their reports do not come all at once.
        let phase = Int64(
            ThisProcess.randomBits() % UInt64(settings.sampleInterval.wholeNanoseconds))
        glances = Glances(
            sampleInterval: settings.sampleInterval, first: now + .nanoseconds(phase))
        recorder = Recorder(settings, now: now, wallMs: WallClock.nowMs())
        let damper = LogDamper(now: now)
        damping = Damping(stats: damper, metadata: damper)
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
            case .terminate: return sayFarewell()
            case .reload: for link in links { link.sender.forgetToken() }
            case nil: break
            }
        }
    }

    private func step(_ now: Instant) {
        if !multi.isIdle { multi.advance() }
        if let outcome = sampler.advance(now: now) { record(outcome, now) }
        if let turn = glances.take(now: now) { glance(turn, now) }
        recorder.tick(now: now, wallMs: WallClock.nowMs())
        perform()
        identify(now)
        deliver(now)
        tellHealth(now)
    }

    /// A sample that takes longer than the beat goes on, and none is lost for it.
    private func glance(_ turn: Glances.Turn, _ now: Instant) {
        if turn == .sample { look(now) }
        guard sampler.isIdle, glances.asks(witnesses.socketsInUse(), turn, now: now) else { return }
        recorder.asked(now: now)
        sampler.start(now: now)
        // A refused connection is known at once; an answer never is.
        if sampler.isDecided, let outcome = sampler.advance(now: now) { record(outcome, now) }
    }

    private func look(_ now: Instant) {
        guard recorder.wantsLook(now: now) else { return }
        recorder.saw(witnesses.look(), now: now)
        while let trouble = witnesses.takeUnavailable() { log.write(.witnessUnavailable(trouble)) }
    }

    private func record(_ outcome: Sampler.Outcome, _ now: Instant) {
        switch outcome {
        case .failed(_, let failure, _):
            recorder.failed(failure, now: now, wallMs: WallClock.nowMs())
        case .taken(let sample): recorder.taken(sample, now: now, wallMs: WallClock.nowMs())
        }
    }

    func perform() {
        while let action = recorder.nextAction() {
            switch action {
            case .report(let window): for link in links { link.add(window) }
            case .log(let event, let suppressed): log.write(event, suppressed: suppressed)
            }
        }
    }

    // Where these are in `readiness`; the sampler's connections follow.
    private static let signalsIndex = 0
    static let healthIndex = 1

    private func wait(_ signals: Int32) {
        let now = MonotonicClock.now()
        var next = min(now + AgentLimits.sleepMax, glances.due)
        if let deadline = sampler.deadline { next = min(next, deadline) }
        if let due = metadata.due { next = min(next, due) }
        if let due = stats?.due { next = min(next, due) }
        if introduction.identity != nil {
            for link in links {
                if let due = link.delivery.due(now: now) { next = min(next, due) }
            }
        }
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
        recorder.overslept(MonotonicClock.now() - max(next, now))
    }
}
