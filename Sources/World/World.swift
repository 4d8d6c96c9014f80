import Control
import Scaling
import Telemetry
import Values

/// One service of an AWS account, its agents and its people, in simulated time around the real
/// `Scaler` and `ServiceController`.
///
/// Time goes in steps of a second while anything moves, of four while nothing does. In each step
/// ECS moves on, traffic arrives, agents report, people do what the script says, and the
/// controller's calls are answered some tens of milliseconds later.
package struct World: Sendable {
    static let stepCalm = 4.0
    static let lookPeriod = Duration.seconds(5)

    enum Answer: Sendable {
        case turn
        case look(Result<ServiceDescription, CallFailure>, askedAt: Double, isFresh: Bool)
        case write(Result<ServiceDescription, CallFailure>)
    }

    struct Call: Sendable {
        let at: Double
        let answer: Answer
        let life: Int
    }

    let script: Script
    var dice: Dice
    var ecs: ECSModel
    var front = ECSFront()
    var traffic: Traffic
    var people: People
    let agents: Agents
    var controller: ServiceController
    var judge: Judge
    var calls: [Call] = []
    var second = 0.0
    /// Grows with each restart of the aggregator: answers to an earlier life come to nobody.
    var life = 0
    var movedAt = 0.0
    private var lies = 0
    /// What was written, by whom, and why; the last lines of it.
    var diary: [String] = []

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

    static func instant(_ second: Double) -> Instant {
        Instant(nanoseconds: 1_000_000_000_000 + Int64((second * 1e9).rounded()))
    }

    var wallMs: Int64 { Script.startMs + Int64(second * 1000) }

    /// Runs to the end, or to the first violation.
    package mutating func run() -> Violation? {
        while second < script.seconds, judge.violation == nil { step() }
        return judge.violation
    }

    func isOn(_ kind: Incident.Kind) -> Incident? {
        script.incidents.first { $0.kind == kind && $0.isOn(second) }
    }

    // MARK: A step

    mutating func step() {
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

    var isCalm: Bool {
        if second - movedAt < 90 || !calls.isEmpty || ecs.deployment != nil || traffic.queue > 0 {
            return false
        }
        guard ecs.runningCount == ecs.desired else { return false }
        return !script.incidents.contains { second > $0.begin - 10 && second < $0.end + 60 }
    }

    mutating func moveECS(_ seconds: Double) {
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
    mutating func sayFarewell(_ before: [WorldTask]) {
        guard before.count != ecs.tasks.count || before.last?.id != ecs.tasks.last?.id else {
            return
        }
        let now = Set(ecs.tasks.map(\.id))
        for task in before where task.phase == .deactivating && !now.contains(task.id) {
            perform(controller.ingest(agents.farewell(task), now: Self.instant(second)).1)
        }
    }

    mutating func moveAggregator() {
        if script.incidents.contains(where: {
            $0.kind == .restart && $0.begin <= second && second - $0.begin < 1
        }) {
            note("the aggregator restarts")
            life += 1
            calls = []
            controller = ServiceController(
                policy: script.policy, period: Self.lookPeriod, now: Self.instant(second))
            judge.born(at: second, desired: ecs.desired)
            movedAt = second
        }
        let raises = isOn(.pauseAll) != nil
        let pauses = raises || isOn(.pauseLowering) != nil
        setPause(pauses ? (raises ? .both : .in) : nil)
        judge.paused(pauses, raises: raises, second: second)
    }

    /// What an operator wants paused, so that it is.
    private mutating func setPause(_ direction: PauseDirection?) {
        guard controller.overrides.pauses.first?.direction != direction else { return }
        let now = Self.instant(second)
        movedAt = second
        perform(controller.resume(.both, now: now))
        guard let direction else { return }
        let pause = ServiceOverride(
            .pause(direction), reason: "a person said so", until: .init(nanoseconds: .max),
            untilMs: .max)
        if case .success(let actions) = controller.override(pause, now: now) { perform(actions) }
    }

    mutating func note(_ words: String) {
        diary.append("  \(Int(second)) s: \(words)")
        if diary.count > 200 { diary.removeFirst(100) }
    }

    // MARK: Reports

    mutating func report(_ seconds: Double) {
        // Balancing is never even.
        let weights = ecs.tasks.reduce(0) { $0 + ($1.phase == .running ? 1 + $1.bias : 0) }
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
        reportLies()
        for index in ecs.tasks.indices {
            let task = ecs.tasks[index]
            // Its agent is there before the first sample is.
            let isProvisioning = task.phase == .provisioning
            if isProvisioning, task.until - second > 8 { continue }
            let lot = Double((task.id &* 2_654_435_761) & 0xFFFF) / 65_536
            guard lot >= silent else { continue }
            let isServing = task.phase == .running
            // The balancer sends nothing to a task that it deregisters; a few requests end there.
            let part = isServing ? (1 + task.bias) / weights : 0
            var share = Agents.Share(busy: traffic.busy * part, rate: traffic.rate * part)
            share.standing = traffic.streams * part
            share.requests = dice.rounded(share.rate * seconds)
            if !isServing { (share.busy, share.standing) = (0.05 * script.target, 0) }
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
                if isProvisioning { report = agents.starting(&task) }
            }
            guard let report else { continue }
            perform(controller.ingest(report, now: Self.instant(second)).1)
        }
    }

    /// Somebody on the network invents a task.
    private mutating func reportLies() {
        guard let liar = isOn(.liar) else { return }
        lies += 1
        let report = agents.lie(number: lies, busy: liar.size, second: second)
        perform(controller.ingest(report, now: Self.instant(second)).1)
    }

    // MARK: The truth

    var truth: Judge.Truth {
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
            knowable: traffic.knowable, busyWork: traffic.busy / script.target,
            silentShare: running > 0 ? Double(quiet) / Double(running) : 0,
            isDeploying: ecs.deployment?.state == .inProgress,
            isFailedDeployment: ecs.deployment?.state == .failed,
            reportsCome: isOn(.lateReports) == nil
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
