import Foundation
import Glibc
import TestSupport
import Testing
import Values

@testable import FargateLocal

/// Real nginx in a network and CPU group of its own, the agent and the aggregator as built: what nginx
/// cannot say raises the service, and what is no load does not.
@Suite(.serialized, .enabled(if: geteuid() == 0, "only root makes namespaces and CPU groups"))
struct SaturationTests {
    /// Two tasks, each reported, and the aggregator that scales them.
    private final class Scene {
        let fargate: LocalFargate
        let aggregator: AggregatorProcess
        static let target = 20

        init(_ change: (inout FargateSettings) -> Void) async throws {
            let port = try LocalFargate.freePort()
            var options = LocalFargate.Options()
            options.settings.startDelay = .milliseconds(50)
            options.settings.stopTimeout = .milliseconds(500)
            change(&options.settings)
            options.programs.fargateLocal = try Repository.program("fargate-local")
            options.programs.agent = try Repository.program("agent")
            options.programs.nginxDirectory = "\(Repository.root)/nginx"
            options.agentEnvironment["AGGREGATOR_URL"] = "http://127.0.0.1:\(port)"
            let fargate = try LocalFargate(options) { print("fargate-local: \($0)") }
            let host = fargate.addresses.host
            self.fargate = fargate
            aggregator = try AggregatorProcess(
                .init(
                    path: try Repository.program("aggregator"), address: host, port: port,
                    endpoint: fargate.addresses.endpoint, region: "us-east-1",
                    configuration: AggregatorProcess.configuration(
                        address: host, port: port, cluster: "local", service: "web", min: 2,
                        max: 60, target: Self.target, topic: nil, headroomPercent: 0),
                    token: nil),
                log: "\(fargate.addresses.workDirectory)/aggregator.log",
                guardian: fargate.guardian)
            try fargate.createService(
                cluster: "local", name: "web", taskDefinition: "web:1", desiredCount: 2)
            try await eventually("two tasks run", within: .seconds(60)) {
                fargate.runningTasks("web").count == 2
            }
            // What is ordered from here on does not start.
            fargate.setStartDelay(.seconds(600))
            try await eventually("both have reported", within: .seconds(60)) {
                let view = LoopbackClient.get(host, port: port, path: "/v1/services")?.body
                return view?.contains("\"tasksLive\":2") ?? false
            }
        }

        deinit {
            fargate.stopTasks()
            aggregator.stop()
            fargate.stop()
        }

        /// Every count the aggregator has asked for.
        var asked: [Int] {
            fargate.calls().filter { $0.operation == "UpdateService" }.compactMap(\.desiredCount)
        }

        var log: String { (try? String(contentsOfFile: aggregator.log, encoding: .utf8)) ?? "" }
    }

    @Test func raisesToWhatAHungBackendOwesThoughConnectionsRunOut() async throws {
        let scene = try await Scene { settings in
            settings.workerConnections = 64
            settings.serviceTimeMs = 600_000
        }
        let clients = 80
        let loads = try scene.fargate.runningTasks("web").map { task in
            try LoadGenerator(
                wrk: FargatePrograms.find("wrk"),
                url: "http://\(task.address):\(task.ports.nginx)/", connections: clients,
                log: "/dev/null", guardian: scene.fargate.guardian, isKept: true)
        }
        defer { loads.forEach { $0.end() } }
        // 160 clients are worth 8 tasks, of which nginx itself can show 3.
        try await eventually("raised: \(scene.asked), \(scene.log)", within: .seconds(60)) {
            (scene.asked.max() ?? 0) >= 6
        }
    }

    @Test func holdsWhileNginxIsStopped() async throws {
        let scene = try await Scene { _ in }
        let nginx = scene.fargate.runningTasks("web").compactMap { $0.processIDs["nginx"] }
        let children = try nginx.flatMap { master in
            try String(contentsOfFile: "/proc/\(master)/task/\(master)/children", encoding: .utf8)
                .split(separator: " ").compactMap { Int32($0) }
        }
        for process in nginx + children { kill(process, SIGSTOP) }
        defer { for process in nginx + children { kill(process, SIGCONT) } }
        try await eventually("seen: \(scene.log)", within: .seconds(60)) {
            scene.log.contains("no task reports") || scene.log.contains("do not answer")
        }
        #expect(scene.asked.isEmpty)
    }
}
