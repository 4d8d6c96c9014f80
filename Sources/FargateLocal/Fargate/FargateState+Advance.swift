import Values

/// What the supervisor must do; it gives the state the outcome.
enum TaskAction: Equatable, Sendable {
    case launch(String)
    case probe(String)
    case terminate(String)
    case kill(String)
}

extension FargateState {
    /// Moves services and tasks on by what time has brought; `newID` makes ids for new tasks.
    mutating func advance(
        now: Instant, nowMs: Int64, newID: () -> String
    ) -> [TaskAction] {
        for key in services.keys.sorted(by: { ($0.cluster, $0.service) < ($1.cluster, $1.service) })
        {
            schedule(key, now: now, nowMs: nowMs, newID: newID)
        }
        return tasks.keys.sorted().compactMap { advanceTask($0, now: now) }
    }

    // MARK: Services

    private mutating func schedule(
        _ key: ServiceKey, now: Instant, nowMs: Int64, newID: () -> String
    ) {
        guard var service = services[key], let primary = service.deployments.first else { return }
        let wanted = tasks(of: key).filter(\.isWanted)
        let current = wanted.filter { $0.deployment == primary.id }
        let missing = service.desiredCount - current.count
        if missing > 0, now >= service.launchNotBefore {
            launch(missing, of: &service, now: now, nowMs: nowMs, newID: newID)
        } else if missing < 0 {
            let surplus = Self.firstToGo(current).prefix(-missing).map(\.id)
            stop(
                surplus, because: "Scaling activity initiated by deployment \(primary.id)",
                now: now, nowMs: nowMs)
            service.record(
                "(service \(key.service)) has stopped \(surplus.count) running tasks",
                id: newID(), nowMs: nowMs)
        }
        if current.filter(\.isRunning).count >= service.desiredCount {
            let replaced = wanted.filter { $0.deployment != primary.id }.map(\.id)
            stop(
                replaced, because: "Scaling activity initiated by deployment \(primary.id)",
                now: now, nowMs: nowMs)
            complete(&service, id: newID(), nowMs: nowMs)
        }
        services[key] = service
    }

    private mutating func launch(
        _ count: Int, of service: inout FargateService, now: Instant, nowMs: Int64,
        newID: () -> String
    ) {
        let room = FargateLocalLimits.tasksMax - tasks.values.count { $0.status != .stopped }
        let started = max(0, min(count, room))
        for _ in 0..<started {
            let id = newID()
            tasks[id] = FargateTask(
                id: id, service: service.key, deployment: service.deployments[0].id,
                taskDefinition: service.deployments[0].taskDefinition, createdAtMs: nowMs,
                statusEnd: now + settings.startDelay / 2)
        }
        if started > 0 {
            service.record(
                "(service \(service.key.service)) has started \(started) tasks", id: newID(),
                nowMs: nowMs)
        }
        if started < count {
            service.record(
                "(service \(service.key.service)) was unable to place a task. Reason: Capacity is "
                    + "unavailable at this time.", id: newID(), nowMs: nowMs)
            service.launchNotBefore = now + FargateLocalLimits.failureBackoff
        }
    }

    /// What is not yet running goes first, then the newest, as ECS does.
    private static func firstToGo(_ tasks: [FargateTask]) -> [FargateTask] {
        tasks.filter { !$0.isRunning }.reversed() + tasks.filter(\.isRunning).reversed()
    }

    private mutating func stop(_ ids: [String], because reason: String, now: Instant, nowMs: Int64)
    {
        for id in ids {
            tasks[id]?.stop(
                .schedulerInitiated, reason, nowMs: nowMs, now: now, settings: settings)
        }
    }

    private func complete(_ service: inout FargateService, id: String, nowMs: Int64) {
        service.deployments.removeLast(service.deployments.count - 1)
        guard !service.deployments[0].isCompleted else { return }
        service.deployments[0].isCompleted = true
        service.deployments[0].updatedAtMs = nowMs
        service.record(
            "(service \(service.key.service)) has reached a steady state.", id: id, nowMs: nowMs)
    }

    // MARK: Tasks

    private mutating func advanceTask(_ id: String, now: Instant) -> TaskAction? {
        guard var task = tasks[id] else { return nil }
        defer { tasks[id] = task }
        switch task.status {
        case .provisioning where now >= task.statusEnd:
            task.status = .pending
            task.statusEnd = now + settings.startDelay / 2
            return nil
        case .pending where now >= task.statusEnd:
            task.status = .activating
            task.statusEnd = now + FargateLocalLimits.startTimeout
            return .launch(id)
        case .activating:
            return now >= task.statusEnd ? .kill(id) : .probe(id)
        case .deactivating where now >= task.statusEnd:
            task.status = .stopping
            task.statusEnd = now + settings.stopTimeout
            return .terminate(id)
        case .stopping:
            return now >= task.statusEnd ? .kill(id) : .terminate(id)
        default:
            return nil
        }
    }

    // MARK: What came of actions

    mutating func taskAnswers(_ id: String, nowMs: Int64) {
        guard var task = tasks[id], task.status == .activating, task.isWanted else { return }
        task.status = .running
        task.startedAtMs = nowMs
        tasks[id] = task
        services[task.service]?.failuresInARow = 0
    }

    /// A container has ended by itself; the others get their time to end.
    mutating func taskFails(_ id: String, reason: String, now: Instant, nowMs: Int64) {
        guard var task = tasks[id], task.isWanted else { return }
        let code = task.startedAtMs == nil ? StopCode.failedToStart : .containerExited
        task.stop(code, reason, nowMs: nowMs, now: now, settings: settings)
        task.status = .stopping
        tasks[id] = task
        countFailure(task, now: now)
    }

    /// All its processes are gone.
    mutating func taskEnded(_ id: String, reason: String, now: Instant, nowMs: Int64) {
        taskFails(id, reason: reason, now: now, nowMs: nowMs)
        guard var task = tasks[id], task.status != .stopped else { return }
        task.status = .stopped
        task.stoppedAtMs = nowMs
        task.sandbox = nil
        tasks[id] = task
        keepStopped(id)
    }

    private mutating func countFailure(_ task: FargateTask, now: Instant) {
        guard var service = services[task.service] else { return }
        service.failuresInARow += 1
        let counted = min(service.failuresInARow, FargateLocalLimits.failuresCountedMax)
        service.launchNotBefore = now + FargateLocalLimits.failureBackoff * counted
        if let index = service.deployments.firstIndex(where: { $0.id == task.deployment }) {
            service.deployments[index].failedTasks += 1
        }
        services[task.service] = service
    }
}
