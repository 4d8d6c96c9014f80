import Foundation
import Glibc
import TestSupport
import Testing

/// The agent runs as anybody, reads only, within 16 MiB and 1 % of a processor.
@Suite struct ConfinementTests {
    static let canConfine =
        getuid() == 0 && access("/sys/fs/cgroup/memory/cgroup.procs", W_OK) == 0
        && access("/sys/fs/cgroup/cpu/cgroup.procs", W_OK) == 0

    @Test(.enabled(if: canConfine))
    func runsWithNothing() async throws {
        let world = try await AgentWorld()
        let group = try ControlGroup()
        let directory = try TemporaryDirectory()
        let program = try await directory.copyForAnybody(AgentProgram.best.path)
        let script = """
            for group in \(group.paths.joined(separator: " ")); do echo $$ > $group/cgroup.procs; done
            mount -o remount,bind,ro / && exec setpriv --reuid 65534 --regid 65534 --clear-groups \
            --inh-caps=-all --bounding-set=-all --no-new-privs \(program) run
            """
        var environment = world.settings
        environment["AGENT_HEALTH_SOCKET"] = "@agent-test-\(UInt64.random(in: 0 ... .max))"
        let agent = try TestProcess(
            "unshare", ["-m", "sh", "-c", script], environment: environment)
        let reports = try await world.aggregator.reports("it runs", within: .seconds(60)) {
            $0.count >= 5
        }
        let windows = reports.flatMap(\.report.windows).filter { $0.length >= 900 }
        #expect(windows.contains { Double($0.samples) >= Double($0.length) * 15 / 1000 * 0.8 })
        let status = try String(contentsOfFile: "/proc/\(agent.pid)/status", encoding: .utf8)
        #expect(status.contains("Uid:\t65534"))
        #expect(status.contains("CapEff:\t0000000000000000"))
        let health = try AgentProgram.best.start(
            ["health"], ["AGENT_HEALTH_SOCKET": environment["AGENT_HEALTH_SOCKET"] ?? nil])
        #expect(try await health.exit() == .code(0))
        try world.aggregator.set(.refuse)
        try await Task.sleep(for: .seconds(2))
        agent.signal(SIGTERM)
        #expect(try await agent.exit() == .code(0))
        #expect(try group.outOfMemoryKills() == 0)
    }

    /// A cgroup (version 1) of 16 MiB and 1 ms of a processor in 100.
    private final class ControlGroup {
        let paths: [String]

        init() throws {
            let name = "agent-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
            paths = ["memory", "cpu"].map { "/sys/fs/cgroup/\($0)/\(name)" }
            for path in paths { mkdir(path, 0o755) }
            try write("memory.limit_in_bytes", "16777216", in: 0)
            try write("cpu.cfs_period_us", "100000", in: 1)
            try write("cpu.cfs_quota_us", "1000", in: 1)
        }

        deinit { for path in paths { rmdir(path) } }

        func outOfMemoryKills() throws -> Int {
            let path = paths[0] + "/memory.oom_control"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
            return line.flatMap { Int($0.dropFirst(9)) } ?? 0
        }

        private func write(_ name: String, _ text: String, in index: Int) throws {
            try text.write(
                toFile: paths[index] + "/" + name, atomically: false, encoding: .utf8)
        }
    }
}
