import FargateLocal
import Foundation
import Platform
import Values

/// Two tasks of a quarter vCPU and an aggregator that knows them, for one repetition.
final class SaturationScene {
    static let cluster = "local"
    static let service = "web"
    static let tasks = 2
    private static let tasksMax = 200
    private static let readyTimeout = 20.0

    let fargate: LocalFargate
    let tasks: [TaskProbe]
    private let aggregator: AggregatorProcess
    private let aggregatorPort: UInt16

    /// Programs that are not where they are built.
    struct Places {
        var aggregator: String
        var agent: String?
        var wrk = FargatePrograms.find("wrk")
        /// Orders what the load is worth and no more, unless what was learnt is to be seen.
        var headroomPercent: Int? = 0
    }

    /// Starts everything, and waits until all tasks have reported.
    init(
        _ wanted: SaturationCase, template: TaskTemplate, _ places: Places, startDelay: Duration
    ) throws {
        let port = try LocalFargate.freePort()
        var options = LocalFargate.Options()
        options.settings.workerConnections = wanted.workerConnections
        options.settings.serviceTimeMs = wanted.serviceTimeMs
        options.settings.cpuTimeMs = wanted.cpuTimeMs
        options.settings.concurrency = 10_000
        options.settings.startDelay = .milliseconds(100)
        options.settings.deregistrationDelay = .zero
        options.settings.stopTimeout = .milliseconds(500)
        options.programs.nginxDirectory = template.path
        options.programs.agent = places.agent ?? options.programs.agent
        options.agentEnvironment["AGGREGATOR_URL"] = "http://127.0.0.1:\(port)"
        let fargate = try LocalFargate(options) { print("fargate-local: \($0)") }
        let host = fargate.addresses.host
        self.fargate = fargate
        aggregatorPort = port
        aggregator = try AggregatorProcess(
            .init(
                path: places.aggregator, address: host, port: port,
                endpoint: fargate.addresses.endpoint, region: "us-east-1",
                configuration: AggregatorProcess.configuration(
                    address: host, port: port, cluster: Self.cluster, service: Self.service,
                    min: Self.tasks, max: Self.tasksMax, target: wanted.target, topic: nil,
                    headroomPercent: places.headroomPercent),
                token: nil),
            log: "\(fargate.addresses.workDirectory)/aggregator.log", guardian: fargate.guardian)
        try fargate.createService(
            cluster: Self.cluster, name: Self.service, taskDefinition: "web:1",
            desiredCount: Self.tasks)
        try Self.wait(Self.readyTimeout, "two tasks run") {
            fargate.runningTasks(Self.service).count == Self.tasks
        }
        tasks = fargate.runningTasks(Self.service)
        fargate.setStartDelay(startDelay)
        try Self.wait(Self.readyTimeout, "the aggregator knows the tasks") {
            let view = try? ServiceView(host, port: port)
            return view?.desiredCount == Self.tasks && view?.load != nil
        }
    }

    deinit {
        fargate.stopTasks()
        aggregator.stop()
        fargate.stop()
    }

    /// What the aggregator asked ECS for after the first `seen` calls: when, and how many tasks.
    func asked(after seen: Int) -> [(at: Instant, count: Int)] {
        fargate.calls(after: seen).compactMap { call in
            guard call.operation == "UpdateService", call.error == nil,
                call.accessKeyID == AggregatorProcess.accessKeyID, let count = call.desiredCount
            else { return nil }
            return (Instant(nanoseconds: call.arrivedMonotonicNs), count)
        }
    }

    /// The aggregator's log, for somebody who wants to know why.
    func keepLogs(as path: String) throws {
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: aggregator.log, toPath: "\(path)/aggregator.log")
        for (number, task) in tasks.enumerated() {
            try? FileManager.default.copyItem(
                atPath: "\(fargate.addresses.workDirectory)/\(task.id)/agent.log",
                toPath: "\(path)/agent-\(number + 1).log")
        }
    }

    static func wait(_ seconds: Double, _ what: String, _ condition: () -> Bool) throws {
        let end = Date().addingTimeInterval(seconds)
        while !condition() {
            guard Date() < end else { throw BenchError("not within \(seconds) s: \(what)") }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }
}
