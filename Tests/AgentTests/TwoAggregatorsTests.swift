import Foundation
import Glibc
import TestSupport
import Testing

/// `agent run` as a process, which reports to two aggregators.
@Suite struct TwoAggregatorsTests {
    @Test(arguments: AgentProgram.built)
    func bothHearEverything(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let second = try await HostileAggregator()
        let agent = try world.run(
            program, ["AGGREGATOR_URL": "\(world.aggregator.url),\(second.url)"])
        _ = try await world.aggregator.reports("windows") { $0.count >= 4 }
        _ = try await second.reports("the same windows") { $0.count >= 4 }
        agent.signal(SIGTERM)
        #expect(try await agent.exit() == .code(0))
        let heard = try [world.aggregator.reports(), second.reports()]
        for reports in heard {
            #expect(reports.map(\.report.seq) == Array(1...reports.count))
            #expect(reports.last?.report.state == "stopping")
        }
        let starts = heard.map { $0.flatMap(\.report.windows).map(\.start) }
        #expect(starts[0] == starts[1])
    }

    @Test(arguments: AgentProgram.built, [HostileAggregator.Mode.hang, .refuse, .close])
    func oneThatDoesNotAnswerDelaysNothing(
        program: AgentProgram, mode: HostileAggregator.Mode
    ) async throws {
        let world = try await AgentWorld()
        let second = try await HostileAggregator()
        try second.set(mode)
        let agent = try world.run(
            program, ["AGGREGATOR_URL": "\(second.url),\(world.aggregator.url)"])
        let reports = try await world.aggregator.reports("windows") { $0.count >= 5 }
        // One a second, as if it were alone.
        let spans = zip(reports.dropFirst(2), reports.dropFirst(1)).map { $0.at - $1.at }
        #expect(spans.allSatisfy { $0 < 1.8 }, "\(spans)")
        #expect(reports.map(\.report.seq) == Array(1...reports.count))
        withExtendedLifetime(agent) {}
    }
}
