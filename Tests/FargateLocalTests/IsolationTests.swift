import Foundation
import Glibc
import TestSupport
import Testing

@testable import FargateLocal

/// Each task in a network namespace and a CPU group of its own, as on Fargate.
@Suite(.serialized, .enabled(if: geteuid() == 0, "only root makes namespaces and CPU groups"))
struct IsolationTests {
    @Test func tasksHaveANetworkAndCPUOfTheirOwn() async throws {
        let fargate = try await RunningFargate(["--vcpu", "0.5"], isolated: true)
        defer { fargate.process.end() }
        try await fargate.waitForRunning(2)
        let tasks = try fargate.running()
        let hosts = tasks.compactMap { URL(string: $0.nginx ?? "")?.host }
        #expect(Set(hosts).count == 2 && !hosts.contains("127.0.0.1"), "\(fargate.process.output)")
        let processes = tasks.flatMap { $0.processIDs.values }
        let networks = try processes.map {
            try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/ns/net")
        }
        #expect(Set(networks).count == 2)
        for task in tasks {
            let nginx = try #require(task.processIDs["nginx"])
            let group = try cpuGroup(of: nginx)
            #expect(group.hasSuffix("\(task.id)/nginx"))
            let document = try await inside(nginx, get: "\(task.metadata)/task")
            #expect(document.contains(task.arn) && document.contains("\"CPU\":0.5"))
            let status = try await inside(nginx, get: try #require(task.stubStatus))
            #expect(status.contains("Active connections"))
        }
        let front = try fargate.service().front
        try await eventually("the front serves") { try fargate.get(front).body == "served\n" }
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func removesWhatItMadeAtTheLatestAtTheNextStart(signal: Int32) async throws {
        let fargate = try await RunningFargate(["--tasks", "1"], isolated: true)
        defer { fargate.process.end() }
        try await fargate.waitForRunning(1)
        let processes = try fargate.processes()
        let prefix = "fl-\(String(fargate.process.pid, radix: 16))-"
        #expect(try made(prefix).count == 3, "a bridge, a link, a group")
        fargate.process.signal(signal)
        _ = try await fargate.process.exit(within: .seconds(15))
        try await eventually("all have ended") { !processes.contains(where: isAlive) }
        if signal == SIGKILL {
            let next = try await RunningFargate(["--tasks", "none"], isolated: true)
            next.process.end()
        }
        try await eventually("nothing is left") { try made(prefix).isEmpty }
    }

    @Test func runsForAnybodyAndSaysWhatIsShared() async throws {
        let wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let directory = try TemporaryDirectory()
        let program = try await directory.copyForAnybody(Repository.program("fargate-local"))
        let nginx = try await directory.copyForAnybody("\(Repository.root)/nginx")
        let fargate = try await RunningFargate(
            ["--tasks", "1"], through: wrapper, places: (program, nginx), isolated: true)
        defer { fargate.process.end() }
        try await fargate.waitForRunning(1)
        let said = fargate.process.output.split(separator: "\n").filter {
            $0.hasPrefix("fargate-local: tasks share this machine's network")
        }
        #expect(said.count == 1 && said[0].contains("not limited to 0.25 vCPU"), "\(said)")
    }

    /// The links and CPU groups whose names begin so.
    private func made(_ prefix: String) throws -> [String] {
        try (["/sys/class/net"] + CPUGroups.controllers.map(\.path)).flatMap { directory in
            guard FileManager.default.fileExists(atPath: directory) else { return [String]() }
            return try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.hasPrefix(prefix) }
        }
    }

    private func cpuGroup(of process: Int32) throws -> Substring {
        let text = try String(contentsOfFile: "/proc/\(process)/cgroup", encoding: .utf8)
        let lines = text.split(separator: "\n").filter {
            $0.contains(":cpu:") || $0.contains(":cpu,cpuacct:") || $0.hasPrefix("0::")
        }
        let found = lines.first { !$0.hasPrefix("0::") } ?? lines.first
        return try #require(found, "\(text)")
    }

    private func inside(_ process: Int32, get url: String) async throws -> String {
        let curl = try TestProcess("nsenter", ["-t", "\(process)", "-n", "curl", "-s", url])
        #expect(try await curl.exit() == .code(0))
        return curl.output
    }
}
