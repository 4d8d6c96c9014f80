import Control
import Scaling
import Telemetry
import Values

/// One service of an AWS account, its agents and its people, in simulated time around the real
/// `Scaler` and `ServiceController`.
///
/// Time goes in steps of a second while anything moves, of four while nothing does. In each step ECS
/// moves on, traffic arrives, agents report, people do what the script says, and the controller's
/// calls are answered some tens of milliseconds later.
package struct World: Sendable {
    private static let stepCalm = 4.0
    private static let lookPeriod = Duration.seconds(5)

    private enum Answer: Sendable {
        case turn
        case look(Result<ServiceDescription, CallFailure>, askedAt: Double, isFresh: Bool)
        case write(Result<ServiceDescription, CallFailure>)
    }

    private struct Call: Sendable {
        let at: Double
        let answer: Answer
        let life: Int
    }

    let script: Script
    private var dice: Dice
    private var ecs: ECSModel
    private var front = ECSFront()
    private var traffic: Traffic
    private var people: People
    private let agents: Agents
    private var controller: ServiceController
    private(set) var judge: Judge
    private var calls: [Call] = []
    private var second = 0.0
    /// Grows with each restart of the aggregator: answers to an earlier life come to nobody.
    private var life = 0
    private var movedAt = 0.0
    /// What was written, by whom, and why; the last lines of it.
    private(set) var diary: [String] = []

    package init(_ script: Script) {
        self.script = script
        dice = Dice(seed: script.seed ^ 0xA5A5)
        ecs = ECSModel(desired: script.initialTasks, dice: Dice(seed: script.seed ^ 0x5A5A))
        traffic = Traffic(script)
        people = People(script)
        agents = Agents(script: script)
        judge = Judge(script)
        controller = ServiceController(
            policy: script.policy, period: Self.lookPeriod, now: Self.instant(0))
    }

    private static func instant(_ second: Double) -> Instant {
        Instant(nanoseconds: 1_000_000_000_000 + Int64((second * 1e9).rounded()))
    }

    private var wallMs: Int64 { 1_790_000_000_000 + Int64(second * 1000) }

    /// Runs to the end, or to the first violation.
    package mutating func run() -> Violation? {
        while second < script.seconds, judge.violation == nil { step() }
        return judge.violation
    }

    private func isOn(_ kind: Incident.Kind) -> Incident? {
        script.incidents.first { $0.kind == kind && $0.isOn(second) }
    }

    // MARK: A step

    private mutating func step() {
        let seconds = isCalm ? Self.stepCalm : 1
        second += seconds
        moveECS(seconds)
        traffic.advance(
            to: second, by: seconds, serving: ecs.runningCount, on: script.incidents)
        moveAggregator()
        if isOn(.freeze) == nil {
            report(seconds)
            answerCalls()
            tick()
        }
        judge.step(truth, holds: controller.announcedHolds, script.incidents)
    }

    private var isCalm: Bool {
        if second - movedAt < 90 || !calls.isEmpty || ecs.deployment != nil || traffic.queue > 0 {
            return false
        }
        guard ecs.runningCount == ecs.desired else { return false }
        return !script.incidents.contains { second > $0.begin - 10 && second < $0.end + 60 }
    }

    private mutating func moveECS(_ seconds: Double) {
        var weather = ECSModel.Weather()
        weather.noCapacity = isOn(.noCapacity)?.size ?? 0
        weather.slowStarts = isOn(.slowStarts)?.size ?? 1
        weather.rebalances = isOn(.rebalancing) != nil
        let before = ecs.tasks
        ecs.advance(to: second, by: seconds, weather)
        let desired = ecs.desired
        people.act(on: &ecs, work: traffic.work, second: second, &dice)
        if ecs.desired != desired {
            note("somebody else: \(desired) -> \(ecs.desired)")
            judge.foreign(from: desired, to: ecs.desired, second: second)
            movedAt = second
        }
        front.advance(to: second, by: seconds, ecs)
        sayFarewell(before)
    }

    /// Tasks that ECS stopped say so; those that died do not.
    private mutating func sayFarewell(_ before: [WorldTask]) {
        guard before.count != ecs.tasks.count || before.last?.id != ecs.tasks.last?.id else {
            return
        }
        let now = Set(ecs.tasks.map(\.id))
        for task in before where task.phase == .deactivating && !now.contains(task.id) {
            perform(controller.ingest(agents.farewell(task), now: Self.instant(second)).1)
        }
    }

    private mutating func moveAggregator() {
        if script.incidents.contains(where: {
            $0.kind == .restart && $0.begin <= second && second - $0.begin < 1
        }) {
            note("the aggregator restarts")
            life += 1
            calls = []
            controller = ServiceController(
                policy: script.policy, period: Self.lookPeriod, now: Self.instant(second))
            judge.bornAt = second
            movedAt = second
        }
        let pauses = isOn(.pauseLowering) != nil
        if pauses, controller.pauses.isEmpty {
            let pause = ServicePause(
                direction: .in, reason: "a person said so", until: .init(nanoseconds: .max),
                untilMs: .max)
            perform(controller.pause(pause))
            movedAt = second
        } else if !pauses, !controller.pauses.isEmpty {
            perform(controller.resume(.in, now: Self.instant(second)))
        }
        judge.paused(pauses, second: second)
    }

    private mutating func note(_ words: String) {
        diary.append("  \(Int(second)) s: \(words)")
        if diary.count > 200 { diary.removeFirst(100) }
    }

    // MARK: Reports

    private mutating func report(_ seconds: Double) {
        let serving = max(1, ecs.runningCount)
        let knowsCPU = script.policy.usesUsage
        let unknown = isOn(.usageUnknown)?.size ?? 0
        let silent = isOn(.silentAgents)?.size ?? 0
        let late = isOn(.lateReports)?.size ?? 0
        let isSaturated = isOn(.saturatedTask) != nil
        let leaked = isOn(.leakedGauge).map { Int($0.size * script.target) } ?? 0
        let reboots = script.incidents.contains {
            $0.kind == .agentsRestart && $0.begin <= second && second - $0.begin < 1
        }
        if late > 0, dice.chance(0.5) { return }
        for index in ecs.tasks.indices where ecs.tasks[index].phase != .provisioning {
            let task = ecs.tasks[index]
            let lot = Double((task.id &* 2_654_435_761) & 0xFFFF) / 65_536
            guard lot >= silent else { continue }
            let isServing = task.phase == .running
            // The balancer sends nothing to a task that it deregisters; a few requests end there.
            let part = isServing ? (1 + task.bias) / Double(serving) : 0
            var share = Agents.Share(busy: traffic.busy * part, rate: traffic.rate * part)
            if !isServing { share.busy = 0.05 * script.target }
            if knowsCPU, lot >= unknown {
                let isStarting = second - task.runningSince < 20 && task.runningSince > 0
                share.cpu = isStarting ? 100 : min(100, 60 * traffic.work * part)
            }
            var report: Report?
            let agents = agents
            let second = second
            ecs.withTask(index) { task in
                if reboots { (task.boot, task.sequence) = (task.boot &+ 1, 0) }
                task.leaked = index == 0 ? leaked : 0
                report = agents.report(
                    &task, share, second: second, seconds: seconds,
                    isSaturated: isSaturated && index == 0)
            }
            guard let report else { continue }
            perform(controller.ingest(report, now: Self.instant(second)).1)
        }
    }

    // MARK: The controller's shell

    private mutating func tick() {
        let now = Self.instant(second)
        perform(controller.passed(wallMs: wallMs, now: now))
        answerCalls()
        guard controller.isLookDue(now: now) else { return }
        controller.lookAsked(now: now)
        ask(isFresh: false)
        answerCalls()
    }

    private mutating func perform(_ actions: [ControlAction]) {
        for action in actions {
            switch action {
            case .askTurn: calls.append(Call(at: second, answer: .turn, life: life))
            case .look: ask(isFresh: true)
            case .update(let order): write(order)
            case .announce(let announcement): judge.announced(announcement, second: second)
            case .log(.adopted(let from, let to, _)): note("adopted \(from) -> \(to)")
            case .log: break
            }
        }
    }

    private mutating func ask(isFresh: Bool) {
        let fails = isOn(.looksFail).map { dice.chance($0.size) } ?? false
        let isTruncated = isOn(.truncatedReads).map { dice.chance($0.size) } ?? false
        let lag = isOn(.staleReads).map { dice.between(0, $0.size) } ?? 0
        let result = front.look(at: second, lag: lag, fails: fails || isTruncated)
        let delay = fails ? 0.7 : dice.between(0.02, 0.08)
        calls.append(
            Call(
                at: second + delay, answer: .look(result, askedAt: second, isFresh: isFresh),
                life: life))
    }

    private mutating func write(_ order: UpdateOrder) {
        movedAt = second
        let isThrottled = isOn(.throttled).map { dice.chance($0.size) } ?? false
        let fails = isOn(.writesFail).map { dice.chance($0.size) } ?? false
        let isUnanswered = isOn(.writesUnanswered).map { dice.chance($0.size) } ?? false
        if isThrottled || !front.takesWrite() {
            return answerWrite(.failure(Self.failure(.throttled)), after: 0.05)
        }
        if fails { return answerWrite(.failure(Self.failure(.transient)), after: 0.3) }
        note("we: \(ecs.desired) -> \(order.to): \(order.decision.reason)")
        judge.wrote(order.to, truth, script.incidents)
        ecs.set(desired: order.to)
        front.note(ecs, at: second)
        if isUnanswered { return answerWrite(.failure(Self.failure(.uncertain)), after: 1.2) }
        answerWrite(.success(ECSFront.describe(ecs)), after: dice.between(0.02, 0.08))
    }

    private mutating func answerWrite(
        _ result: Result<ServiceDescription, CallFailure>, after delay: Double
    ) {
        calls.append(Call(at: second + delay, answer: .write(result), life: life))
    }

    private static func failure(_ kind: CallFailure.Kind) -> CallFailure {
        CallFailure(kind, code: "simulated", text: "simulated")
    }

    /// Answers what is due before the next step, in order of time.
    private mutating func answerCalls() {
        let stepEnd = second + 0.9
        let stepBegin = second
        while let index = calls.indices.min(by: { calls[$0].at < calls[$1].at }),
            calls[index].at < stepEnd
        {
            let call = calls.remove(at: index)
            guard call.life == life else { continue }
            second = max(second, call.at)
            perform(answer(call.answer))
        }
        second = stepBegin
    }

    private mutating func answer(_ answer: Answer) -> [ControlAction] {
        let now = Self.instant(second)
        switch answer {
        case .turn: return controller.turn(now: now)
        case .look(.success(let description), let askedAt, _):
            judge.saw(description, askedAt: askedAt)
            return controller.described(
                description, askedAt: Self.instant(askedAt), now: now)
        case .look(.failure(let failure), _, let isFresh):
            if isFresh {
                return controller.freshLookFailed(failure, now: now, jitter: dice.share())
            }
            controller.lookFailed(failure, now: now)
            return []
        case .write(.success(let description)): return controller.accepted(description, now: now)
        case .write(.failure(let failure)):
            return controller.failed(failure, now: now, jitter: dice.share())
        }
    }

    // MARK: The truth

    private var truth: Judge.Truth {
        let silent = isOn(.silentAgents)?.size ?? 0
        let running = ecs.runningCount
        let quiet = ecs.tasks.count { task in
            task.phase == .running
                && Double((task.id &* 2_654_435_761) & 0xFFFF) / 65_536 < silent
        }
        let blocked = [
            .writesFail, .writesUnanswered, .throttled, .freeze, .setToZero, .otherScaler,
        ]
        .contains { kind in
            script.incidents.contains {
                $0.kind == kind && $0.begin <= second && second < $0.end + 30
            }
        }
        return Judge.Truth(
            second: second, desired: ecs.desired, running: running, work: traffic.work,
            busyWork: traffic.busy / script.target,
            silentShare: running > 0 ? Double(quiet) / Double(running) : 0,
            isDeploying: ecs.deployment?.state == .inProgress,
            reportsCome: Double(quiet) < 0.3 * Double(running) && isOn(.lateReports) == nil
                && running > 0 && !traffic.isStalled,
            writesWork: !blocked)
    }
}

extension ScalingPolicy {
    var usesUsage: Bool {
        if case .target(let targets) = rule {
            targets.contains { $0.metric == .cpu }
        } else {
            false
        }
    }
}
