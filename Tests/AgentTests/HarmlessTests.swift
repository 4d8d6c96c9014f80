import Foundation
import Glibc
import TestSupport
import Testing

/// The aggregator may do what it likes: sampling goes on, the log stays quiet, recovery is quick.
@Suite struct HarmlessTests {
    /// Fifteen samples a second, less a busy machine's part: had the agent waited for its
    /// aggregator, whole seconds would be missing.
    private func expectSteady(
        _ reports: [HostileAggregator.Received],
        _ location: SourceLocation = #_sourceLocation
    ) {
        let windows = reports.flatMap(\.report.windows).filter { $0.length >= 900 }
        let samples = windows.map(\.samples).reduce(0, +)
        let expected = Double(windows.map(\.length).reduce(0, +)) * 15 / 1000
        #expect(Double(samples) >= expected * 0.7, "\(windows)", sourceLocation: location)
        #expect(windows.allSatisfy { $0.failed == 0 }, sourceLocation: location)
        #expect(
            windows.allSatisfy { Double($0.samples) >= Double($0.length) * 15 / 1000 * 0.4 },
            "\(windows)", sourceLocation: location)
    }

    /// What its own alarm does, which only a loop that turns puts off: ECS starts it again.
    @Test(arguments: AgentProgram.built)
    func aLoopThatHangsEndsTheAgent(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let agent = try world.run(program)
        _ = try await world.aggregator.reports("it runs") { $0.count >= 1 }
        agent.signal(SIGALRM)
        #expect(try await agent.exit() == .code(70))
    }

    @Test(arguments: [
        HostileAggregator.Mode.slow(seconds: 0.7), .hang, .refuse, .reset, .close, .garbage,
        .endless, .status(500), .status(404), .status(503, headers: ["Retry-After": "1"]),
        .status(429), .status(401, body: "unknown token"),
        .status(307, headers: ["Location": "ftp://elsewhere/"]),
        .status(307, headers: ["Location": "/v1/reports"]),
    ])
    func samplingKeepsItsBeat(mode: HostileAggregator.Mode) async throws {
        let world = try await AgentWorld()
        let agent = try world.run()
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        try world.aggregator.set(mode)
        try await Task.sleep(for: .seconds(4))
        let before = try world.aggregator.reports().count
        try world.aggregator.set(.ok)
        let back = ContinuousClock.now
        let reports = try await world.aggregator.reports("recovery") { $0.count > before }
        #expect(ContinuousClock.now - back < .seconds(3), "within 2 s, and a busy machine's part")
        expectSteady(reports)
        #expect(agent.events.count <= 6, "\(agent.output)")
        #expect(agent.ended == nil)
    }

    @Test func aRefusedReportIsDroppedAndSaidOnceWithItsReason() async throws {
        let world = try await AgentWorld()
        let agent = try world.run()
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        try world.aggregator.set(.status(400, body: "windows: too old\nsecond line"))
        try await agent.output(contains: "400 windows: too old\"")
        try await Task.sleep(for: .seconds(2))
        #expect(agent.count("aggregator.down") == 1)
        #expect(!agent.output.contains("second line"))
        try world.aggregator.set(.ok)
        try await agent.output(contains: "aggregator.up")
    }

    @Test func followsARedirectToTheOwnerAndStaysThere() async throws {
        let world = try await AgentWorld()
        let owner = try await HostileAggregator()
        let agent = try world.run()
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        try world.aggregator.set(
            .status(307, headers: ["Location": owner.url + "/v1/reports"]))
        let there = try await owner.reports("the owner hears") { $0.count >= 3 }
        #expect(agent.count("aggregator.redirected") == 1)
        #expect(agent.count("aggregator.down") == 0)
        #expect(
            there.map(\.report.seq)
                == Array(there[0].report.seq..<there[0].report.seq + there.count))
        // The owner fails: back to the configured address, which serves again.
        try world.aggregator.set(.ok)
        try owner.set(.refuse)
        let before = try world.aggregator.reports().count
        _ = try await world.aggregator.reports("back") { $0.count > before }
    }

    @Test(arguments: [HostileAggregator.Mode.refuse, .hang, .ok, .slow(seconds: 0.3)])
    func endsWithinASecondWhateverTheAggregatorDoes(mode: HostileAggregator.Mode) async throws {
        let world = try await AgentWorld()
        for program in AgentProgram.built {
            try world.aggregator.set(.ok)
            let before = try world.aggregator.reports().count
            let agent = try world.run(program)
            _ = try await world.aggregator.reports("steady state") { $0.count >= before + 2 }
            try world.aggregator.set(mode)
            try await Task.sleep(for: .milliseconds(1200))
            agent.signal(SIGTERM)
            #expect(try await agent.exit() == .code(0))
            #expect(try #require(agent.number("tookMs")) < 1000)
            if case .ok = mode {
                #expect(try world.aggregator.reports().last?.report.state == "stopping")
            }
        }
    }

    @Test func aTokenFileIsReadAgainWhenItWasRefused() async throws {
        let world = try await AgentWorld()
        let directory = try TemporaryDirectory()
        let file = try directory.write("token", "old")
        let agent = try world.run(.best, ["AGGREGATOR_TOKEN_FILE": file])
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        try world.aggregator.set(.status(401, body: "unknown token"))
        try await agent.output(contains: "401 unknown token")
        _ = try directory.write("token", "new")
        try world.aggregator.set(.ok)
        let reports = try await world.aggregator.reports("the new token") {
            $0.last?.headers["authorization"] == "Bearer new"
        }
        #expect(reports.last?.headers["authorization"] == "Bearer new")
    }

    @Test(arguments: AgentProgram.built)
    func aStoppedReaderOfTheLogDoesNotStopSampling(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let script = "exec 2>&1; \"$0\" run | sleep 1000"
        var environment = world.settings
        environment["AGENT_HEALTH_SOCKET"] = "none"
        let shell = try TestProcess(
            "sh", ["-c", script, try program.path], environment: environment)
        _ = try await world.aggregator.reports("steady state") { $0.count >= 3 }
        expectSteady(try world.aggregator.reports())
        withExtendedLifetime(shell) {}
    }
}
