import Foundation
import Glibc
import TestSupport
import Testing

/// The short form of `make soak`: 200 samples a second, the aggregator comes and goes.
@Suite struct SoakTests {
    @Test(arguments: AgentProgram.built)
    func memoryStaysFlatAndDescriptorsAreNotLost(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let agent = try world.run(program, ["AGENT_SAMPLES_PER_SECOND": "200"])
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        try await comeAndGo(world, rounds: 2)
        let before = try usage(of: agent)
        try await comeAndGo(world, rounds: 4)
        let after = try usage(of: agent)
        #expect(after.ownKB - before.ownKB <= 64, "\(before) \(after)")
        #expect(after.descriptors <= before.descriptors, "\(before) \(after)")
        let reports = try world.aggregator.reports()
        #expect(reports.map(\.report.seq) == Array(1...reports.count))
    }

    /// Each round takes about 3.3 s, the resting on the way included.
    private func comeAndGo(_ world: AgentWorld, rounds: Int) async throws {
        for _ in 0..<rounds {
            for mode in [HostileAggregator.Mode.refuse, .ok, .reset, .ok, .hang] {
                try world.aggregator.set(mode)
                try await Task.sleep(for: .milliseconds(500))
            }
            let before = try world.aggregator.reports().count
            try world.aggregator.set(.ok)
            _ = try await world.aggregator.reports("recovery") { $0.count > before }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// `ownKB` is what the process wrote itself: code that runs for the first time is read in from
    /// its file, whenever that is, and goes back to the page cache.
    private struct Usage { let ownKB, descriptors: Int }

    private func usage(of process: TestProcess) throws -> Usage {
        let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        let words = line?.split(separator: " ") ?? []
        let own = try #require(words.compactMap { Int($0.filter(\.isNumber)) }.first)
        let descriptors = try FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(process.pid)/fd")
        return Usage(ownKB: own, descriptors: descriptors.count)
    }
}
