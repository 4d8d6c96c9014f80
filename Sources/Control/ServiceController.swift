import Scaling
import Telemetry
import Values

/// What is known of one service and what is being done to it: events in, actions out.
///
/// A value that is given `now` and chance; it reads no clock, and has no lock and no task. The
/// aggregator performs its actions with AWS, a simulation with a model of it. One write at a time,
/// and each write carries a decision made after a fresh look at ECS, as somebody else may have
/// written meanwhile. A write that fails is not repeated: what is wanted by then is decided again.
/// Next to an owner that lives, a second aggregator goes from idle to `deferring` first, so that
/// the owner may act (`Standing`).
/// ```
///            change wanted          turn              described, still wanted;
///                                                     or no look, and a raise
///       idle ────────────► queued ────────► looking ───────────────────────────► updating
///        ▲ ▲                 │ │              │ │                                  ▲ │ │
///        │ └─ not wanted ────┘ └── turn, the last look is fresh, or ECS is blind ──┘ │ │
///        │ ◄─ not wanted, or no such service ─┘ └─ no look, and a lowering ─┐        │ │
///        │                                                                  ▼        │ │
///        │ ◄── until, or ECS answers again ───────────────────────────── waiting ◄───┘ │
///        │                                                                     failed  │
///        └─────────────────────────────────────────────────────────── accepted ◄───────┘
/// ```
package struct ServiceController: Sendable {
    package enum Activity: Equatable, Sendable {
        case idle
        /// The owner may act first.
        case deferring(until: Instant)
        case queued
        case looking(since: Instant)
        indirect case updating(UpdateOrder)
        /// An outage's wait ends with ECS's first good answer, a refusal's does not.
        case waiting(until: Instant, isOutage: Bool)
    }

    package internal(set) var scaler: Scaler
    package private(set) var counts: ServiceCounts?
    package internal(set) var lastDecision: Decision?
    package internal(set) var activity = Activity.idle
    package internal(set) var lastChange: ServiceChange?
    /// Why the last write failed; `nil` after one that succeeded.
    package internal(set) var lastFailure: String?
    package private(set) var reports = ReportCounts()
    package internal(set) var changes = ChangeCounts()
    package private(set) var clocks = ClockReadings()
    /// To be changed by events only.
    package internal(set) var overrides = Overrides()
    /// ECS does not know the service, or it is not active.
    package internal(set) var isMissing = false
    var isDaemon = false
    /// What this aggregator is to the service, next to others.
    package internal(set) var standing = Standing.alone
    /// By configuration, or by an operator's override.
    package internal(set) var isDryRun: Bool
    var ledger = CountLedger()
    var looks: LookClock
    var backoff = CallBackoff()
    var troubles = TroubleLog()
    var rivalry = Rivalry()
    var deployment = DeploymentWatch()
    /// Another autoscaler's scalable target on this service is active.
    package internal(set) var isAutoScaled = false
    var holds = HoldWatch()
    /// The last change before a restart.
    package internal(set) var earlierChange: SavedChange?
    /// Of the operators' orders.
    var edition: Int64 = 0
    /// Stored by a later version: kept, without effect.
    var unknownOverrides: [SavedOverride] = []
    var movedAt: Instant?
    var lastOrderID = 0
    /// The order that the log last told of, until one is accepted.
    var loggedOrder: UpdateOrder?
    private var wall: (ms: Int64, at: Instant)?
    private var lastGrounds: Grounds?
    /// When the change that is wanted now was first wanted.
    var wantedSince: Instant?
    /// When the newest sample was taken that first wanted it, by the task's clock, in Unix
    /// milliseconds; `nil` when time alone did.
    var wantedSampleMs: Int64?

    /// What makes a decision news.
    private struct Grounds: Equatable {
        var basis: DecisionBasis
        var dryRunTo: Int?
    }

    /// ECS is looked at each `period` while nothing moves.
    package init(policy: ScalingPolicy, period: Duration, now: Instant) {
        var policy = policy
        policy.data.countsMaxAge = max(
            ControlLimits.countsTrustedMin, period * ControlLimits.periodsTrusted)
        scaler = Scaler(policy: policy, now: now)
        isDryRun = policy.dryRun
        looks = LookClock(period: period)
    }

    // MARK: Reports and time

    package mutating func ingest(
        _ report: Report, standing: TaskStanding = .unverified, now: Instant
    ) -> (IngestOutcome, [ControlAction]) {
        let outcome = scaler.ingest(report, standing: standing, now: now)
        reports.count(outcome)
        guard outcome == .accepted || outcome == .forgotten else { return (outcome, []) }
        if let clock = report.clock { clocks.note(clock, now: now) }
        let sampledMs = report.windows.last.map { $0.startMs + Int64($0.lengthMs) }
        return (outcome, decideAgain(now: now, sampledMs: sampledMs))
    }

    /// A task was told to wait with its report.
    package mutating func heard(_ taskARN: String, now: Instant) {
        scaler.heard(taskARN, now: now)
    }

    /// Time passed, about a second of it: silence, schedules and waits may change a decision.
    package mutating func passed(wallMs: Int64, now: Instant) -> [ControlAction] {
        wall = (wallMs, now)
        scaler.setWallClock(unixMs: wallMs, now: now)
        rivalry.advance(to: now)
        let actions = decideAgain(now: now, sampledMs: nil)
        return actions + announceHolds(wallMs: wallMs, now: now)
    }

    /// Decides; `sampledMs` is the end of a new report.
    mutating func decideAgain(now: Instant, sampledMs: Int64?) -> [ControlAction] {
        clocks.turn(now: now)
        var actions = endOverrides(now: now)
        let decision = decide(now: now)
        noteWanted(decision, now: now, sampledMs: sampledMs)
        noteNews(decision, &actions)
        if decision.kind == .hold || isBarred {
            if case .deferring = activity { activity = .idle }
        } else if mayAskTurn(now: now) {
            if standing.isSecond, activity == .idle {
                activity = .deferring(until: now + ControlLimits.secondWait)
                actions.append(.wake(after: ControlLimits.secondWait))
            } else {
                activity = .queued
                actions.append(.askTurn)
            }
        }
        return actions
    }

    mutating func decide(now: Instant) -> Decision {
        var decision = scaler.decide(now: now)
        restrain(&decision, now: now)
        lastDecision = decision
        return decision
    }

    /// Since when a change is wanted.
    mutating func noteWanted(_ decision: Decision, now: Instant, sampledMs: Int64?) {
        if decision.kind == .hold {
            wantedSince = nil
        } else if wantedSince == nil {
            wantedSince = now
            wantedSampleMs = sampledMs
        }
    }

    private mutating func noteNews(_ decision: Decision, _ actions: inout [ControlAction]) {
        let dryRunTo = isDryRun && decision.kind != .hold ? decision.to : nil
        let grounds = Grounds(basis: decision.basis, dryRunTo: dryRunTo)
        guard grounds != lastGrounds else { return }
        lastGrounds = grounds
        actions.append(.log(dryRunTo == nil ? .state(decision) : .dryRun(decision)))
    }

    /// Inlined: to call a method here, Swift copies the whole state with each report.
    var isBarred: Bool {
        @inline(__always) get { isDryRun || isMissing || isDaemon }
    }

    @inline(__always)
    private func mayAskTurn(now: Instant) -> Bool {
        switch activity {
        case .idle: true
        case .waiting(let until, _), .deferring(let until): now >= until
        case .queued, .looking, .updating: false
        }
    }

    // MARK: What forbids what

    /// What only control knows may forbid a lowering; and no write is below what may be in force.
    private func restrain(_ decision: inout Decision, now: Instant) {
        let paused = scaler.policy.pause.contains(.scaleOut)
        if let owed = ledger.owed, !paused {
            decision.to = max(decision.to, min(owed, decision.inputs.maxTasks))
        }
        if decision.constraints.contains(.deployment), case .failed = deployment.state {
            decision.constraints.remove(.deployment)
            decision.constraints.insert(.failedDeployment)
        }
        if decision.to > decision.from {
            restrainSecond(&decision)
            decision.to = max(decision.to, ledger.most(now: now))
        } else if decision.to < decision.from, let constraint = lowerIsForbidden(now: now) {
            decision.to = decision.from
            decision.constraints.insert(constraint)
        }
    }

    private func lowerIsForbidden(now: Instant) -> DecisionConstraints? {
        if !standing.allowsLowering(now: now) { return .noLease }
        if !ledger.isSettled(now: now) { return .countsInDoubt }
        if isAutoScaled { return .autoScaling }
        if rivalry.forbidsLowering(now: now) { return .contested }
        return nil
    }

    /// By how much what is wanted is above what there is: who lacks most writes first.
    package var urgency: Double {
        guard let decision = lastDecision else { return 0 }
        return Double(decision.to - decision.from) / Double(max(1, decision.from))
    }

    // MARK: Counts and holds

    mutating func update(_ counts: ServiceCounts, isOurs: Bool, now: Instant) {
        self.counts = counts
        scaler.update(counts, now: now, isOurs: isOurs)
    }

    /// The wall clock, as last told and run on since.
    func wallMs(now: Instant) -> Int64? {
        wall.map { $0.ms + (now - $0.at).wholeMilliseconds }
    }

    /// Holds that last.
    package var announcedHolds: [ControlHold] { holds.shown }

    private mutating func announceHolds(wallMs: Int64, now: Instant) -> [ControlAction] {
        holds.update(activeHolds(now: now), facts: facts, wallMs: wallMs, now: now)
            .flatMap { notice -> [ControlAction] in
                let speaks = standing.speaks || (notice.hold == .noLease && standing == .former)
                guard speaks else { return [.log(.hold(notice))] }
                return [.log(.hold(notice)), .announce(.held(notice)), .persist]
            }
    }
}
