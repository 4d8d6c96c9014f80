import Control
import Platform
import Scaling
import Telemetry
import Values

/// One configured service: its controller behind a lock of its own, and what performs its actions.
package final class ManagedService: Sendable {
    /// What is asked of ECS; one at a time.
    enum Call: Sendable {
        case look
        case update(UpdateOrder)
    }

    package let key: ServiceKey
    private let settings: Lock<ServiceConfiguration>
    let startedAt: Instant
    let history: ServiceHistory
    /// For the actuator.
    let calls: AsyncStream<Call>
    private let callQueue: AsyncStream<Call>.Continuation
    private let controller: Lock<ServiceController>
    private let number: Int
    private let turns: Turns
    private let announcer: Announcer?
    private let log: Log
    /// Who stores what lasts; set once, before the first event.
    private let keeper = Lock<StateKeeper?>(nil)

    /// `number` is its place in the fleet. Changes are announced when there is an announcer.
    init(
        _ configuration: ServiceConfiguration, number: Int, turns: Turns, announcer: Announcer?,
        period: Duration, history: HistoryLimits, log: Log, now: Instant
    ) {
        self.history = ServiceHistory(history)
        key = configuration.key
        settings = Lock(configuration)
        self.number = number
        self.turns = turns
        self.announcer = announcer
        self.log = log
        startedAt = now
        controller = Lock(
            ServiceController(policy: configuration.policy, period: period, now: now))
        (calls, callQueue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Settings of the same service, in force from now on.
    package func configure(_ configuration: ServiceConfiguration) {
        let now = MonotonicClock.now()
        settings.withLock { $0 = configuration }
        perform(controller.withLock { $0.configure(configuration.policy, now: now) })
    }

    package var configuration: ServiceConfiguration { settings.withLock { $0 } }

    package func ingest(
        _ report: Report, standing: TaskStanding = .unverified, now: Instant
    ) -> IngestOutcome {
        let (outcome, actions) = controller.withLock {
            $0.ingest(report, standing: standing, now: now)
        }
        perform(actions)
        return outcome
    }

    /// A task was asked to wait with its report.
    func heard(_ taskARN: String, now: Instant) {
        controller.withLock { $0.heard(taskARN, now: now) }
    }

    /// Decides without a report, as time passes.
    func passed(wallMs: Int64, now: Instant) {
        perform(controller.withLock { $0.passed(wallMs: wallMs, now: now) })
    }

    private func perform(_ actions: [ControlAction]) {
        for action in actions {
            switch action {
            case .askTurn: turns.ask(number)
            case .wake(let span): wake(after: span)
            case .look: callQueue.yield(.look)
            case .update(let order): callQueue.yield(.update(order))
            case .announce(let announcement): announcer?.announce(configuration, announcement)
            case .persist: keeper.withLock { $0 }?.persist()
            case .log(let event):
                log.log(event, of: fields)
                history.note(event, wallMs: WallClock.nowMs())
            }
        }
    }

    private func wake(after span: Duration) {
        Task {
            try? await Task.sleep(for: span)
            let now = MonotonicClock.now()
            self.perform(self.controller.withLock { $0.woke(now: now) })
        }
    }

    /// Ends the actuator's wait for good, and logs which overrides end with the program.
    func stop() {
        callQueue.finish()
        guard keeper.withLock({ $0 == nil }) else { return }
        for override in controller.withLock({ $0.overrides.entries }) {
            log.log(.overrideLost(override), of: fields)
        }
    }

    /// Which service an event of the log is about.
    var fields: [LogField] {
        [LogField("cluster", key.cluster), LogField("service", key.service)]
    }

    /// Its tasks as their agents report, oldest first.
    var tasks: [TaskView] { controller.withLock { $0.scaler.tasks } }

    /// What a person sees of it.
    package func snapshot() -> ServiceSnapshot {
        let now = MonotonicClock.now()
        return controller.withLock { ServiceSnapshot(configuration, $0, now: now) }
    }
}

// What happens to it: each is an event of its controller, and what that asks for is done.
extension ManagedService {
    var urgency: Double { controller.withLock { $0.urgency } }
    var seenAt: Instant? { controller.withLock { $0.seenAt } }

    func isLookDue(now: Instant) -> Bool { controller.withLock { $0.isLookDue(now: now) } }

    func lookAsked(now: Instant) { controller.withLock { $0.lookAsked(now: now) } }

    func turn() {
        let now = MonotonicClock.now()
        perform(controller.withLock { $0.turn(now: now) })
    }

    func described(_ description: ServiceDescription?, askedAt: Instant) {
        let now = MonotonicClock.now()
        perform(controller.withLock { $0.described(description, askedAt: askedAt, now: now) })
    }

    func lookFailed(_ failure: CallFailure) {
        let now = MonotonicClock.now()
        controller.withLock { $0.lookFailed(failure, now: now) }
    }

    func freshLookFailed(_ failure: CallFailure) {
        let now = MonotonicClock.now()
        let jitter = Double.random(in: 0..<1)
        perform(controller.withLock { $0.freshLookFailed(failure, now: now, jitter: jitter) })
    }

    func accepted(_ description: ServiceDescription) {
        let now = MonotonicClock.now()
        perform(controller.withLock { $0.accepted(description, now: now) })
    }

    func failed(_ failure: CallFailure) {
        let now = MonotonicClock.now()
        let jitter = Double.random(in: 0..<1)
        perform(controller.withLock { $0.failed(failure, now: now, jitter: jitter) })
    }

    func autoScaled(_ isActive: Bool) {
        controller.withLock { $0.autoScaled(isActive) }
    }

    func ecsAnswered(now: Instant) {
        perform(controller.withLock { $0.ecsAnswered(now: now) })
    }

    /// Asked last thing before the call.
    func mayBegin(_ order: UpdateOrder) -> CallStart? {
        let now = MonotonicClock.now()
        return controller.withLock { $0.mayBegin(order, now: now) }
    }

    func stands(_ standing: Standing, now: Instant) {
        perform(controller.withLock { $0.stands(standing, now: now) })
    }

    func keep(in keeper: StateKeeper) {
        self.keeper.withLock { $0 = keeper }
    }

    func saved(now: Instant) -> SavedService { controller.withLock { $0.saved(now: now) } }

    func learnt(now: Instant) -> SavedLearning? { controller.withLock { $0.learnt(now: now) } }

    func restore(_ saved: SavedService, savedMs: Int64, wallMs: Int64, now: Instant) {
        perform(
            controller.withLock {
                $0.restore(saved, savedMs: savedMs, wallMs: wallMs, now: now)
            })
    }

    func adopt(_ orders: SavedOrders, wallMs: Int64, now: Instant) {
        perform(controller.withLock { $0.adopt(orders, wallMs: wallMs, now: now) })
    }

    /// Why it is not taken; `nil` when it is.
    func override(_ override: ServiceOverride, now: Instant) -> OverrideRefusal? {
        switch controller.withLock({ $0.override(override, now: now) }) {
        case .failure(let refusal): return refusal
        case .success(let actions):
            perform(actions)
            return nil
        }
    }

    func lift(_ kind: OverrideKind, now: Instant) {
        perform(controller.withLock { $0.lift(kind, now: now) })
    }

    func resume(_ direction: PauseDirection, now: Instant) {
        perform(controller.withLock { $0.resume(direction, now: now) })
    }
}
