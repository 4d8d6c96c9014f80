import Foundation
import Glibc
import TestSupport
import Testing

@testable import FargateLocal

@Suite(.serialized) struct RunningFargateTests {
    @Test func servesThroughTheBalancerAndHidesTheStatusPage() async throws {
        let fargate = try await RunningFargate([])
        defer { fargate.process.end() }
        try await fargate.waitForRunning(2)
        let front = try fargate.service().front
        try await eventually("the front serves") {
            try fargate.get("\(front)/nginx_status").body == "served\n"
        }
        for task in try fargate.running() {
            let nginx = try #require(task.nginx)
            let status = try #require(task.stubStatus)
            #expect(try fargate.get("\(nginx)/nginx_status").body == "served\n")
            #expect(try fargate.get(status).body.contains("Active connections"))
        }
    }

    @Test func scalesOutAndInOverRunningTasks() async throws {
        let fargate = try await RunningFargate(["--tasks", "1"])
        defer { fargate.process.end() }
        try await fargate.waitForRunning(1)
        for count in [3, 1] {
            try await update(fargate, count)
            try await fargate.waitForRunning(count)
            try await everyTaskServes(fargate)
        }
        let calls = try fargate.local(RecordPage<RecordedCall>.self, "calls").entries
        #expect(calls.map(\.desiredCountBefore) == [1, 3])
        #expect(calls.map(\.desiredCount) == [3, 1])
        #expect(calls.allSatisfy { $0.accessKeyID == "AKIATEST" && $0.arrivedAtMs > 0 })
        #expect(calls.allSatisfy { $0.userAgent.contains("Boto") })
    }

    private func update(_ fargate: RunningFargate, _ count: Int) async throws {
        let code = """
            import boto3
            boto3.client("ecs", endpoint_url="\(fargate.addresses.endpoint)",
                region_name="us-east-1", aws_access_key_id="AKIATEST",
                aws_secret_access_key="s").update_service(
                cluster="local", service="web", desiredCount=\(count))
            """
        let python = try TestProcess(Repository.python, ["-c", code])
        #expect(try await python.exit(within: .seconds(30)) == .code(0), "\(python.output)")
    }

    /// Requests through the balancer reach each backend.
    private func everyTaskServes(_ fargate: RunningFargate) async throws {
        let service = try fargate.service()
        let backends = try fargate.running().compactMap(\.backend)
        let before = try backends.map { try served(fargate, $0) }
        try await eventually("each task serves") {
            _ = try fargate.get(service.front)
            return try zip(backends, before).allSatisfy { try served(fargate, $0) > $1 }
        }
    }

    private func served(_ fargate: RunningFargate, _ backend: String) throws -> Int {
        Int(try fargate.get("\(backend)/_local/served").body.dropLast()) ?? 0
    }

    @Test func replacesATaskWhoseNginxIsKilled() async throws {
        let fargate = try await RunningFargate(["--tasks", "1"])
        defer { fargate.process.end() }
        try await fargate.waitForRunning(1)
        let task = try #require(try fargate.running().first)
        kill(try #require(task.processIDs["nginx"]), SIGKILL)
        try await eventually("a new task", within: .seconds(30)) {
            let running = try fargate.running()
            return running.count == 1 && running.first?.id != task.id
        }
        let old = try #require(try fargate.service().tasks.first { $0.id == task.id })
        #expect(old.stoppedReason == "nginx exited with code 137")
    }

    @Test(arguments: [
        (["--tasks", "1"], true, true),
        (["--tasks", "1", "--no-service-name", "--metadata-cluster", "name"], false, false),
    ])
    func servesTheMetadataOfATask(
        arguments: [String], hasServiceName: Bool, isArn: Bool
    ) async throws {
        let fargate = try await RunningFargate(arguments)
        defer { fargate.process.end() }
        try await fargate.waitForRunning(1)
        let task = try #require(try fargate.running().first)
        let document = try RunningFargate.decode(
            Metadata.self, try fargate.get("\(task.metadata)/task").body)
        #expect(document.TaskARN == task.arn)
        #expect(document.ServiceName == (hasServiceName ? "web" : nil))
        #expect(
            document.Cluster
                == (isArn ? "arn:aws:ecs:us-east-1:123456789012:cluster/local" : "local"))
        #expect(document.Revision == "1")
        let stats = try fargate.get("\(task.metadata)/task/stats").body
        #expect(stats.contains("\"cpu_stats\"") && stats.contains("\(task.id)-nginx"))
        let missing = LoopbackClient.get(
            port: try RunningFargate.port(task.metadata), path: "/v4/none/task")
        #expect(missing?.status == 404)
    }

    private struct Metadata: Decodable {
        let TaskARN, Cluster, Revision: String
        let ServiceName: String?
    }

    @Test func samplesByAUnixSocketWhenTold() async throws {
        let fargate = try await RunningFargate(["--tasks", "1", "--status-socket"])
        defer { fargate.process.end() }
        try await fargate.waitForRunning(1)
        let status = try #require(try fargate.running().first?.stubStatus)
        let socket = status.dropFirst("unix:".count).prefix { $0 != ":" }
        let curl = try TestProcess(
            "curl", ["-s", "--unix-socket", String(socket), "http://x/nginx_status"])
        #expect(try await curl.exit() == .code(0))
        #expect(curl.output.contains("Active connections"))
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGKILL])
    func endsEverythingItStartedHoweverItEnds(signal: Int32) async throws {
        let fargate = try await RunningFargate([])
        defer { fargate.process.end() }
        try await fargate.waitForRunning(2)
        let processes = try fargate.processes()
        // The guardian, the balancer's two, and of each task nginx's two and the backend;
        // after a reload, an old worker too.
        #expect(processes.count >= 9)
        fargate.process.signal(signal)
        let exit = try await fargate.process.exit(within: .seconds(15))
        #expect(exit == (signal == SIGKILL ? .signal(SIGKILL) : .code(0)))
        try await eventually("all have ended") {
            let directory = fargate.addresses.workDirectory
            return !processes.contains(where: isAlive)
                && !FileManager.default.fileExists(atPath: directory)
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func runsForAnybody() async throws {
        let wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let directory = try TemporaryDirectory()
        let program = try await directory.copyForAnybody(Repository.program("fargate-local"))
        let nginx = try await directory.copyForAnybody("\(Repository.root)/nginx")
        let fargate = try await RunningFargate([], through: wrapper, places: (program, nginx))
        defer { fargate.process.end() }
        try await fargate.waitForRunning(2)
        let front = try fargate.service().front
        try await eventually("the front serves") { try fargate.get(front).status == 200 }
    }

    @Test func tellsWhatIsMissing() async throws {
        let program = try Repository.program("fargate-local")
        let process = try TestProcess(program, ["run", "--nginx-dir", "/nowhere"])
        #expect(try await process.exit() == .code(1))
        #expect(process.output.contains("the template of nginx is not at /nowhere/templates"))
    }
}
