import Testing
import Values

@testable import FargateLocal

/// A Fargate without processes: the test says when they answer and end.
private struct Bench {
    var state: FargateState
    var now = Instant(nanoseconds: 0)
    private var ids = 0
    static let key = ServiceKey(cluster: "local", service: "web")

    init(desiredCount: Int = 2) throws {
        var settings = FargateSettings()
        settings.startDelay = .seconds(2)
        settings.deregistrationDelay = .seconds(1)
        settings.stopTimeout = .seconds(5)
        state = FargateState(settings: settings, clusters: ["local"])
        _ = try state.create(
            CreateServiceRequest(
                cluster: "local", serviceName: "web", taskDefinition: "web:1",
                desiredCount: desiredCount), context)
    }

    var context: OperationContext {
        OperationContext(
            now: now, nowMs: now.nanoseconds / 1_000_000, newID: FargateStore.newID,
            newFrontPort: { 8080 })
    }

    mutating func advance(_ span: Duration = .zero) -> [TaskAction] {
        now = now + span
        var ids = ids
        defer { self.ids = ids }
        return state.advance(now: now, nowMs: now.nanoseconds / 1_000_000) {
            ids += 1
            return "task-\(ids + 100)"
        }
    }

    /// Until everything wanted runs.
    mutating func settle() {
        for _ in 0..<6 {
            for action in advance(.seconds(1)) {
                if case .probe(let id) = action { state.taskAnswers(id, nowMs: 0) }
            }
        }
    }

    mutating func update(_ count: Int? = nil, newDeployment: Bool? = nil) throws {
        _ = try state.update(
            UpdateServiceRequest(
                cluster: "local", service: "web", desiredCount: count,
                forceNewDeployment: newDeployment), context)
    }

    func tasks(_ status: TaskStatus) -> [FargateTask] {
        state.tasks(of: Self.key).filter { $0.status == status }
    }

    var counts: TaskCounts { state.counts(of: Self.key) }
}

@Suite struct FargateStateTests {
    @Test func takesATaskThroughItsStates() throws {
        var bench = try Bench(desiredCount: 1)
        #expect(bench.advance().isEmpty)
        #expect(bench.tasks(.provisioning).count == 1)
        #expect(bench.advance(.milliseconds(999)).isEmpty)
        #expect(bench.advance(.milliseconds(1)).isEmpty)
        let id = try #require(bench.tasks(.pending).first?.id)
        #expect(bench.counts == TaskCounts(running: 0, pending: 1))
        #expect(bench.advance(.seconds(1)) == [.launch(id)])
        #expect(bench.advance() == [.probe(id)])
        bench.state.taskAnswers(id, nowMs: 2000)
        #expect(bench.counts == TaskCounts(running: 1, pending: 0))

        try bench.update(0)
        #expect(bench.advance().isEmpty)
        #expect(bench.tasks(.deactivating).map(\.id) == [id])
        #expect(bench.counts == TaskCounts())
        #expect(bench.advance(.seconds(1)) == [.terminate(id)])
        #expect(bench.advance(.seconds(5)) == [.kill(id)])
        bench.state.taskEnded(id, reason: "", now: bench.now, nowMs: 9000)
        #expect(bench.tasks(.stopped).first?.stop?.code == .schedulerInitiated)
        #expect(bench.advance(.seconds(9)).isEmpty)
    }

    @Test func stopsWhatDoesNotYetRunBeforeWhatDoes() throws {
        var bench = try Bench(desiredCount: 2)
        bench.settle()
        try bench.update(4)
        _ = bench.advance()
        #expect(bench.counts == TaskCounts(running: 2, pending: 2))
        try bench.update(2)
        _ = bench.advance()
        #expect(bench.counts == TaskCounts(running: 2, pending: 0))
    }

    @Test func replacesATaskThatEnds() throws {
        var bench = try Bench(desiredCount: 2)
        bench.settle()
        let id = try #require(bench.tasks(.running).first?.id)
        bench.state.taskFails(id, reason: "nginx exited", now: bench.now, nowMs: 0)
        #expect(bench.counts == TaskCounts(running: 1, pending: 0))
        #expect(bench.state.tasks[id]?.stop?.code == .containerExited)
        _ = bench.advance(.seconds(1))
        #expect(bench.counts == TaskCounts(running: 1, pending: 1))
    }

    @Test func waitsLongerAfterEachFailureToStart() throws {
        var bench = try Bench(desiredCount: 1)
        var waits: [Duration] = []
        for _ in 0..<3 {
            let begin = bench.now
            while bench.counts.pending == 0 { _ = bench.advance(.milliseconds(100)) }
            waits.append(bench.now - begin)
            let id = try #require(bench.tasks(.provisioning).first?.id)
            bench.state.taskEnded(id, reason: "no", now: bench.now, nowMs: 0)
            #expect(bench.state.tasks[id]?.stop?.code == .failedToStart)
        }
        #expect(waits == [.milliseconds(100), .milliseconds(500), .milliseconds(1000)])
    }

    @Test func aTaskThatNeverAnswersIsKilled() throws {
        var bench = try Bench(desiredCount: 1)
        for _ in 0..<3 { _ = bench.advance(.seconds(1)) }
        let id = try #require(bench.tasks(.activating).first?.id)
        #expect(bench.advance(FargateLocalLimits.startTimeout) == [.kill(id)])
    }

    @Test func aNewDeploymentReplacesTasksOnceItsOwnRun() throws {
        var bench = try Bench(desiredCount: 2)
        bench.settle()
        let old = Set(bench.tasks(.running).map(\.id))
        try bench.update(newDeployment: true)
        _ = bench.advance()
        #expect(bench.counts == TaskCounts(running: 2, pending: 2))
        #expect(bench.state.services[Bench.key]?.deployments.count == 2)
        bench.settle()
        #expect(bench.counts == TaskCounts(running: 2, pending: 0))
        #expect(old.isDisjoint(with: bench.tasks(.running).map(\.id)))
        #expect(bench.state.services[Bench.key]?.deployments.map(\.isCompleted) == [true])
    }

    @Test func placesNoMoreTasksThanItHasRoomFor() throws {
        var bench = try Bench(desiredCount: FargateLocalLimits.tasksMax + 10)
        _ = bench.advance()
        #expect(bench.counts.pending == FargateLocalLimits.tasksMax)
        let events = try #require(bench.state.services[Bench.key]?.events)
        #expect(events.contains { $0.message.contains("unable to place a task") })
    }

    @Test func forgetsOldStoppedTasks() throws {
        var bench = try Bench(desiredCount: 1)
        for _ in 0..<FargateLocalLimits.stoppedTasksKeptMax + 5 {
            while bench.counts.pending == 0 { _ = bench.advance(.seconds(6)) }
            let id = try #require(bench.tasks(.provisioning).first?.id)
            bench.state.taskEnded(id, reason: "no", now: bench.now, nowMs: 0)
        }
        #expect(bench.tasks(.stopped).count == FargateLocalLimits.stoppedTasksKeptMax)
    }

    @Test func keepsTheLastRecordsAndNumbersThemAll() {
        var record = Record<Int>(keptMax: 8)
        for number in 1...30 { record.append(number) }
        #expect(record.count == 30)
        #expect((8...10).contains(record.entries.count))
        #expect(record.entries(after: 27) == [28, 29, 30])
        #expect(record.entries(after: 0) == record.entries)
    }
}
