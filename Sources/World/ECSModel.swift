/// One ECS service as ECS runs it: what is desired becomes tasks, at ECS's own pace.
///
/// Sources: tasks of a service start at 500 a minute at most (AWS Fargate quotas); 20 to 70 s from
/// the order to RUNNING; a rolling deployment runs up to 200 % and never below 100 % here (ECS
/// guide, minimumHealthyPercent and maximumPercent); a circuit breaker ends one after three tasks
/// that died (its least threshold) and rolls back, or leaves it FAILED; blue/green runs both fleets
/// through a bake time; rebalancing starts a task before it stops another.
struct ECSModel: Sendable {
    struct Deployment: Equatable, Sendable {
        enum Kind: Sendable { case rolling, blueGreen, codeDeploy }
        enum State: Sendable { case inProgress, failed }

        let kind: Kind
        let revision: Int
        let before: Int
        let isBad: Bool
        let rollsBack: Bool
        var state = State.inProgress
        var deaths = 0
        /// When both fleets have run for long enough, once they do.
        var bakedAt: Double?
        let bakeSeconds: Double
    }

    private(set) var desired: Int
    private(set) var tasks: [WorldTask] = []
    private(set) var deployment: Deployment?
    private(set) var revision = 1
    private var lastRevision = 1
    private var nextID = 1
    private var tokens = 10.0
    private var dice: Dice
    let drainSeconds: Double
    /// When the service's newest event was: ECS tells of tasks that it starts and stops.
    private(set) var eventAt = 0.0

    init(desired: Int, dice: Dice) {
        self.desired = desired
        self.dice = dice
        drainSeconds = self.dice.pick([10, 30, 300])
        for _ in 0..<desired {
            add(revision: 1, until: 0, isBad: false)
            tasks[tasks.count - 1].phase = .running
        }
    }

    var runningCount: Int { tasks.reduce(0) { $0 + ($1.phase == .running ? 1 : 0) } }
    var pendingCount: Int { tasks.reduce(0) { $0 + ($1.phase == .provisioning ? 1 : 0) } }

    mutating func set(desired count: Int) {
        desired = count
    }

    mutating func withTask(_ index: Int, _ body: (inout WorldTask) -> Void) {
        body(&tasks[index])
    }

    mutating func deploy(_ kind: Deployment.Kind, isBad: Bool, rollsBack: Bool, bake: Double) {
        guard deployment?.state != .inProgress else { return }
        lastRevision += 1
        deployment = Deployment(
            kind: kind, revision: lastRevision, before: revision, isBad: isBad,
            rollsBack: rollsBack, bakeSeconds: bake)
    }

    mutating func kill(_ count: Int) {
        for _ in 0..<count {
            let running = tasks.indices.filter { tasks[$0].phase == .running }
            guard running.count > 1 else { return }
            tasks.remove(at: dice.pick(running))
        }
    }

    // MARK: Time

    struct Weather: Sendable {
        /// The share of launches that find no capacity.
        var noCapacity = 0.0
        var slowStarts = 1.0
        var rebalances = false
    }

    mutating func advance(to second: Double, by seconds: Double, _ weather: Weather) {
        tokens = min(100, tokens + seconds * 8.3)
        end(second)
        if deployment?.state == .inProgress {
            advanceDeployment(second, weather)
        } else {
            keep(revision, desired, second, weather)
            let bad = deployment?.revision
            stop(tasks.indices.filter { tasks[$0].revision == bad }, second)
        }
        if weather.rebalances, dice.chance(0.05 * seconds), desired > 1 {
            launch(1, revision: revision, second, weather)
        }
    }

    private mutating func end(_ second: Double) {
        var index = 0
        while index < tasks.count {
            let task = tasks[index]
            guard second >= task.until else {
                index += 1
                continue
            }
            switch task.phase {
            case .provisioning:
                tasks[index].phase = .running
                tasks[index].runningSince = second
                tasks[index].until = task.dies ? second + 15 : .infinity
            case .running:
                if task.dies { deployment?.deaths += 1 }
                tasks.remove(at: index)
                continue
            case .deactivating:
                tasks.remove(at: index)
                continue
            }
            index += 1
        }
    }

    private func count(_ revision: Int, _ phase: WorldTask.Phase) -> Int {
        tasks.reduce(0) { $0 + ($1.revision == revision && $1.phase == phase ? 1 : 0) }
    }

    /// Brings one revision's tasks to that number.
    private mutating func keep(
        _ revision: Int, _ wanted: Int, _ second: Double, _ weather: Weather
    ) {
        let have = count(revision, .running) + count(revision, .provisioning)
        if have < wanted {
            launch(wanted - have, revision: revision, second, weather)
        } else if have > wanted {
            stop(newestFirst(revision), second, most: have - wanted)
        }
    }

    /// Those that start are stopped before those that run.
    private func newestFirst(_ revision: Int) -> [Int] {
        let starting = tasks.indices.filter {
            tasks[$0].revision == revision && tasks[$0].phase == .provisioning
        }
        return starting
            + tasks.indices.filter { tasks[$0].revision == revision && tasks[$0].phase == .running }
    }

    private mutating func launch(
        _ count: Int, revision: Int, _ second: Double, _ weather: Weather
    ) {
        eventAt = second
        for _ in 0..<min(count, Int(tokens)) {
            if dice.chance(weather.noCapacity) { continue }
            tokens -= 1
            let delay = max(15, min(90, 42 + 14 * dice.normal())) * weather.slowStarts
            add(
                revision: revision, until: second + delay,
                isBad: deployment?.isBad == true && deployment?.revision == revision)
        }
    }

    private mutating func add(revision: Int, until: Double, isBad: Bool) {
        tasks.append(
            WorldTask(id: nextID, revision: revision, until: until, dies: isBad, dice: &dice))
        if until == 0 { tasks[tasks.count - 1].until = .infinity }
        nextID += 1
    }

    private mutating func stop(_ indices: [Int], _ second: Double, most: Int = .max) {
        var gone: [Int] = []
        for index in indices.prefix(most) {
            switch tasks[index].phase {
            case .provisioning:
                gone.append(index)
                eventAt = second
            case .running:
                eventAt = second
                tasks[index].phase = .deactivating
                tasks[index].until = second + drainSeconds
            case .deactivating: break
            }
        }
        for index in gone.sorted(by: >) { tasks.remove(at: index) }
    }

    // MARK: Deployments

    private mutating func advanceDeployment(_ second: Double, _ weather: Weather) {
        guard let now = deployment else { return }
        if now.isBad, now.deaths >= 3 {
            deployment?.state = .failed
            if now.rollsBack { deployment = nil }
            return
        }
        keep(now.revision, desired, second, weather)
        let ready = count(now.revision, .running)
        switch now.kind {
        case .rolling:
            keepOld(now.before, max(0, desired - ready), second, weather)
            if ready >= desired, count(now.before, .running) == 0 { finish(now) }
        case .blueGreen, .codeDeploy:
            if let baked = now.bakedAt {
                guard second >= baked else { return }
                stop(newestFirst(now.before), second)
                finish(now)
            } else {
                keepOld(now.before, desired, second, weather)
                if ready >= desired { deployment?.bakedAt = second + now.bakeSeconds }
            }
        }
    }

    /// The old revision may be raised with the service, and is lowered as the new one comes.
    private mutating func keepOld(
        _ revision: Int, _ wanted: Int, _ second: Double, _ weather: Weather
    ) {
        let have = count(revision, .running) + count(revision, .provisioning)
        if have > wanted { stop(newestFirst(revision), second, most: have - wanted) }
    }

    private mutating func finish(_ done: Deployment) {
        revision = done.revision
        deployment = nil
    }
}
