import TestSupport
import Testing

/// `agent health`, as a container health check runs it.
@Suite struct HealthTests {
    @Test(arguments: AgentProgram.built)
    func theAgentLivesEvenWhenItsNeighboursDoNot(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let socket = "@agent-test-\(UInt64.random(in: 0 ... .max))"
        let settings = ["AGENT_HEALTH_SOCKET": socket as String?]
        func health(_ arguments: [String] = []) async throws -> TestProcess.Exit {
            let check = try program.start(["health"] + arguments, settings)
            return try await check.exit()
        }
        #expect(try await health() == .code(1), "nobody runs")
        let agent = try world.run(program, settings)
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        #expect(try await health() == .code(0))
        #expect(try await health(["--require", "nginx,aggregator"]) == .code(0))

        world.nginx.kill()
        try await agent.output(contains: "nginx.down")
        #expect(try await health() == .code(0))
        #expect(try await health(["--require", "nginx"]) == .code(2))
        #expect(try await health(["--require", "aggregator"]) == .code(0))

        try world.aggregator.set(.refuse)
        try await agent.output(contains: "aggregator.down")
        #expect(try await health() == .code(0))
        try await eventually("one that fails for a while is down") {
            try await health(["--require", "aggregator"]) == .code(3)
        }
    }

    @Test func aSecondAgentOnTheSameSocketRunsAllTheSame() async throws {
        let world = try await AgentWorld()
        let settings = [
            "AGENT_HEALTH_SOCKET": "@agent-test-\(UInt64.random(in: 0 ... .max))" as String?
        ]
        let first = try world.run(.best, settings)
        try await first.output(contains: "agent.started")
        let second = try world.run(.best, settings)
        try await second.output(contains: "health.unavailable")
        #expect(second.ended == nil)
    }
}
