import Scaling
import Telemetry
import Values

/// What is known of one service and what is being done to it; a value that is given `now`.
///
/// One call of UpdateService at a time, and the newest decision wins, since it is made when the
/// call can be made:
/// ```
///          beginChange                    accepted
///   idle ───────────────► changing ─────────────────────► idle
///                          │    ▲
///                   failed │    │ beginChange, not before `until`
///                          ▼    │
///                      waiting(until)
/// ```
struct ServiceState: Sendable {
    enum Activity: Equatable, Sendable {
        case idle
        case changing
        case waiting(until: Instant)

        fileprivate func allowsChange(now: Instant) -> Bool {
            switch self {
            case .idle: true
            case .changing: false
            case .waiting(let until): now >= until
            }
        }
    }

    /// What the caller does after it let go of the lock.
    struct Effects: Sendable {
        /// There is something to change now.
        var wakesActuator = false
        /// The grounds of the decision are others than before: worth a line in the log.
        var news: Decision? {
            get { if case .decision(let decision) = boxedNews { decision } else { nil } }
            set { boxedNews = newValue.map(BoxedNews.decision) ?? .none }
        }
        /// Pauses that are over.
        var resumed: [ServicePause] = []

        private var boxedNews = BoxedNews.none

        init(resumed: [ServicePause] = []) {
            self.resumed = resumed
        }

        /// In a box, since few reports bring news, and a decision is half a kilobyte.
        private indirect enum BoxedNews: Sendable {
            case none
            case decision(Decision)
        }
    }

    private(set) var scaler: Scaler
    private(set) var counts: ServiceCounts?
    private(set) var lastDecision: Decision?
    private(set) var activity = Activity.idle
    private(set) var lastChange: ServiceChange?
    /// Why the last call failed; `nil` after one that succeeded.
    private(set) var lastFailure: String?
    private(set) var reports = ReportCounts()
    private(set) var changes = ChangeCounts()
    private(set) var clocks = ClockReadings()
    private(set) var pauses: [ServicePause] = []
    /// ECS does not know the service, or it is not active.
    private(set) var isMissing = false
    private let isDryRun: Bool
    private var failuresInARow = 0
    private var lastGrounds: Grounds?
    private var changedAt: Instant?
    /// When the change that is wanted now was first wanted.
    private var wantedSince: Instant?
    /// When the newest sample was taken that first wanted it, by the task's clock, in Unix
    /// milliseconds; `nil` when time alone did.
    private var wantedSampleMs: Int64?
    /// Grows with each begin and end of a change, so that an older description is recognised.
    private(set) var generation = 0

    /// What makes a decision news.
    private struct Grounds: Equatable {
        var basis: DecisionBasis
        var dryRunTo: Int?
    }

    init(policy: ScalingPolicy, now: Instant) {
        scaler = Scaler(policy: policy, now: now)
        isDryRun = policy.dryRun
    }

    // MARK: Reports

    mutating func ingest(_ report: Report, now: Instant) -> (IngestOutcome, Effects) {
        let outcome = scaler.ingest(report, now: now)
        reports.count(outcome)
        guard outcome == .accepted || outcome == .forgotten else { return (outcome, Effects()) }
        if let clock = report.clock { clocks.note(clock, now: now) }
        let sampledMs = report.windows.last.map { $0.startMs + Int64($0.lengthMs) }
        return (outcome, tick(now: now, sampledMs: sampledMs))
    }

    mutating func heard(_ taskARN: String, now: Instant) {
        scaler.heard(taskARN, now: now)
    }

    /// Tells the wall clock, which schedules go by.
    mutating func setWallClock(ms: Int64, now: Instant) {
        scaler.setWallClock(unixMs: ms, now: now)
    }

    /// Decides, as time alone may change the decision; `sampledMs` is the end of a new report.
    mutating func tick(now: Instant, sampledMs: Int64? = nil) -> Effects {
        clocks.turn(now: now)
        let resumed = endPauses(now: now)
        let decision = scaler.decide(now: now)
        lastDecision = decision
        noteWanted(decision, now: now, sampledMs: sampledMs)
        var effects = Effects(resumed: resumed)
        effects.wakesActuator =
            decision.kind != .hold && !isBarred && activity.allowsChange(now: now)
        let dryRunTo = isDryRun && decision.kind != .hold ? decision.to : nil
        let grounds = Grounds(basis: decision.basis, dryRunTo: dryRunTo)
        if grounds != lastGrounds {
            lastGrounds = grounds
            effects.news = decision
        }
        return effects
    }

    /// Since when a change is wanted.
    private mutating func noteWanted(_ decision: Decision, now: Instant, sampledMs: Int64?) {
        if decision.kind == .hold {
            wantedSince = nil
        } else if wantedSince == nil {
            wantedSince = now
            wantedSampleMs = sampledMs
        }
    }

    /// Inlined: to call a method here, Swift copies the whole state with each report.
    private var isBarred: Bool {
        @inline(__always) get { isDryRun || isMissing }
    }

    // MARK: Changes

    /// The change to make now, if there is one; it must end in `accepted` or `failed`.
    mutating func beginChange(now: Instant) -> WantedChange? {
        let decision = scaler.decide(now: now)
        lastDecision = decision
        noteWanted(decision, now: now, sampledMs: nil)
        guard decision.kind != .hold, !isBarred, activity.allowsChange(now: now) else {
            return nil
        }
        activity = .changing
        generation += 1
        return WantedChange(
            decision: decision, since: wantedSince ?? now, sampledMs: wantedSampleMs)
    }

    mutating func accepted(
        _ decision: Decision, _ counts: ServiceCounts, now: Instant, wallMs: Int64
    ) {
        precondition(activity == .changing, "a change is accepted after it began")
        activity = .idle
        generation += 1
        failuresInARow = 0
        lastFailure = nil
        changes.count(decision)
        changedAt = now
        wantedSince = nil
        lastChange = ServiceChange(decision: decision, wallMs: wallMs)
        update(counts, now: now, isOurs: true)
    }

    /// `jitter` is 0 to 1: how much of the wait is waited.
    mutating func failed(_ reason: String, now: Instant, jitter: Double) {
        precondition(activity == .changing, "a change fails after it began")
        generation += 1
        let doublings = min(failuresInARow, 16)
        let most = min(
            AggregatorLimits.actBackoffMin * (1 << doublings), AggregatorLimits.actBackoffMax)
        failuresInARow += 1
        changes.failed += 1
        lastFailure = reason
        activity = .waiting(until: now + most * max(0.5, min(1, jitter)))
    }

    // MARK: Pauses

    /// Replaces a pause of the same direction.
    mutating func pause(_ pause: ServicePause) {
        pauses.removeAll { $0.direction == pause.direction }
        pauses.append(pause)
        applyPauses()
    }

    /// Ends every pause that touches the direction, and gives them.
    mutating func resume(_ direction: PauseDirection) -> [ServicePause] {
        let ended = pauses.filter { !$0.direction.pause.isDisjoint(with: direction.pause) }
        pauses.removeAll { !$0.direction.pause.isDisjoint(with: direction.pause) }
        applyPauses()
        return ended
    }

    private mutating func endPauses(now: Instant) -> [ServicePause] {
        guard !pauses.isEmpty else { return [] }
        let ended = pauses.filter { now >= $0.until }
        guard !ended.isEmpty else { return [] }
        pauses.removeAll { now >= $0.until }
        applyPauses()
        return ended
    }

    private mutating func applyPauses() {
        scaler.pause(pauses.reduce(into: .none) { $0.formUnion($1.direction.pause) })
    }

    // MARK: What ECS says

    /// What a description changed.
    enum Described: Equatable {
        case asKnown
        /// For the first time, or again after it was missing.
        case found
        /// Somebody else changed the desired count.
        case adopted(from: Int)
    }

    /// `generation` is that of the time when ECS was asked.
    mutating func described(
        _ counts: ServiceCounts, generation: Int, now: Instant
    ) -> Described {
        var counts = counts
        let wasMissing = isMissing
        isMissing = false
        guard let known = self.counts else {
            update(counts, now: now)
            return .found
        }
        let isSettled = changedAt.map { now - $0 >= AggregatorLimits.describeLag } ?? true
        if generation != self.generation || activity == .changing || !isSettled {
            counts.desiredCount = known.desiredCount
        }
        update(counts, now: now)
        if wasMissing { return .found }
        return counts.desiredCount == known.desiredCount
            ? .asKnown : .adopted(from: known.desiredCount)
    }

    /// Whether this is news.
    mutating func missing() -> Bool {
        defer { isMissing = true }
        return !isMissing
    }

    private mutating func update(_ counts: ServiceCounts, now: Instant, isOurs: Bool = false) {
        self.counts = counts
        scaler.update(counts, now: now, isOurs: isOurs)
    }
}
