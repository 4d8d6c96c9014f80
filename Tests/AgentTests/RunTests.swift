import Foundation
import Glibc
import TestSupport
import Testing

/// `agent run` as a process, against real nginx and a real listener.
@Suite struct RunTests {
    @Test(arguments: AgentProgram.built)
    func pushesWindowsOfASecondAndSaysFarewell(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let agent = try world.run(program, ["AGGREGATOR_TOKEN": "s3cret-t0ken"])
        let reports = try await world.aggregator.reports("windows") { $0.count >= 4 }

        let first = try #require(reports.first)
        #expect(first.line == "POST /v1/reports HTTP/1.1")
        #expect(first.headers["content-type"] == "application/json")
        #expect(first.headers["content-encoding"] == "deflate")
        #expect(first.headers["authorization"] == "Bearer s3cret-t0ken")
        #expect(first.report.task.service == "shop")
        #expect(first.report.task.arn.hasSuffix("/0123456789abcdef0123456789abcdef"))
        #expect(first.report.windows.first?.samples == 1, "the first sample is told at once")
        #expect(reports.map(\.report.seq) == Array(1...reports.count))
        #expect(Set(reports.map(\.connection)).count == 1, "one kept connection")
        let window = try #require(reports[2].report.windows.first)
        #expect((900...1200).contains(window.length))
        #expect(window.samples + window.failed <= 24)
        #expect(window.gauges?.busy.max == 0, "its own status request is not load")

        agent.signal(SIGTERM)
        #expect(try await agent.exit() == .code(0))
        #expect(try #require(agent.number("tookMs")) < 1000)
        #expect(try world.aggregator.reports().last?.report.state == "stopping")
        // What the kernel shows differs from machine to machine.
        #expect(
            agent.events.filter { $0 != "witness.unavailable" }
                == ["agent.started", "identity.known", "agent.stopped"])
        #expect(!agent.output.contains("s3cret"))
    }

    @Test(arguments: AgentProgram.built)
    func tellsASurgeAtOnceInAWindowOfItsOwn(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let agent = try world.run(program)
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        let before = try world.aggregator.reports().count
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let start = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
        let held = try world.nginx.hold(30)
        let reports = try await world.aggregator.reports("the surge") { reports in
            reports.contains { $0.report.windows.contains { ($0.gauges?.busy.last ?? 0) >= 30 } }
        }
        let surge = try #require(
            reports.dropFirst(before).first {
                $0.report.windows.last?.gauges?.busy.last ?? 0 >= 5
            })
        // 67 ms to the next sample, and a generous part for a busy machine.
        #expect(surge.at - start < 0.5, "told after \(surge.at - start) s")
        #expect(surge.report.windows.last?.samples == 1)
        withExtendedLifetime((agent, held)) {}
    }

    @Test(arguments: AgentProgram.built)
    func leavesItsOwnRequestsOutOfTheCounters(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let agent = try world.run(program, ["NGINX_STATUS_URL": world.nginx.unixURL])
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        for _ in 0..<25 { try await world.nginx.get() }
        let reports = try await world.aggregator.reports("the requests") { reports in
            reports.flatMap(\.report.windows).compactMap(\.counters).map(\.requests).reduce(0, +)
                >= 25
        }
        try await Task.sleep(for: .milliseconds(1200))
        let counters = try world.aggregator.reports().flatMap(\.report.windows)
            .compactMap(\.counters)
        #expect(counters.map(\.requests).reduce(0, +) == 25)
        #expect(counters.map(\.accepts).reduce(0, +) == 25)
        #expect(reports.count < 10)
        withExtendedLifetime(agent) {}
    }

    @Test(arguments: AgentProgram.built)
    func survivesNginxKilledAndRestarted(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let agent = try world.run(program)
        for _ in 0..<5 { try await world.nginx.get() }
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        world.nginx.kill()
        let down = try await world.aggregator.reports("a window without a value") { reports in
            reports.contains { $0.report.windows.contains { $0.samples == 0 && $0.failed > 0 } }
        }
        let unknown = down.flatMap(\.report.windows).filter { $0.samples == 0 }
        #expect(unknown.allSatisfy { $0.gauges == nil && $0.counters == nil })
        try await world.nginx.start()
        _ = try await world.aggregator.reports("the restart") { reports in
            reports.contains { $0.report.windows.contains { $0.restarts == 1 } }
        }
        _ = try await world.aggregator.reports("a whole window after") { reports in
            (reports.last?.report.windows.last?.samples ?? 0) >= 15
        }
        #expect(agent.count("nginx.down") == 1)
        #expect(agent.count("nginx.up") == 1)
        #expect(agent.count("nginx.restarted") == 1)
    }

    @Test(arguments: AgentProgram.built)
    func survivesTheAggregatorGoneAndBack(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let agent = try world.run(program)
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        try world.aggregator.set(.refuse)
        try await agent.output(contains: "aggregator.down")
        try await Task.sleep(for: .seconds(3))
        let before = try world.aggregator.reports().count
        try world.aggregator.set(.ok)
        let back = ContinuousClock.now
        let reports = try await world.aggregator.reports("recovery") { $0.count >= before + 2 }
        #expect(ContinuousClock.now - back < .seconds(3))
        #expect(
            reports.map(\.report.seq) == Array(1...reports.count), "no number is skipped or reused")
        #expect(reports[before...].flatMap(\.report.windows).count >= 3, "what was missed is told")
        try await agent.output(contains: "aggregator.up")
        #expect(agent.count("aggregator.down") == 1)
    }

    @Test(arguments: AgentProgram.built)
    func tellsWhatTheTaskUses(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let agent = try world.run(
            program, ["AGENT_TASK_STATS": "on", "AGENT_BACKEND_CONTAINER": "backend"])
        let reports = try await world.aggregator.reports("usage") { reports in
            reports.contains { $0.report.windows.contains { $0.usage?.cpu != nil } }
        }
        let usage = try #require(
            reports.flatMap(\.report.windows).compactMap(\.usage).first { $0.cpu != nil })
        // Of a quarter of a processor and 512 MiB; the statistics are timed at their arrival.
        #expect(try (40.0...80.0).contains(#require(usage.cpu)))
        #expect(try (26.0...54.0).contains(#require(usage.backendCPU)))
        #expect(usage.memory == 37.5)
        #expect(usage.backendMemory == 25)
        #expect(reports.last?.report.clock?.synchronized == true)
        #expect(reports.last?.report.clock?.errorMs == 0.5)
        withExtendedLifetime(agent) {}
    }

    @Test func sumsSeveralNginx() async throws {
        let world = try await AgentWorld()
        let other = try await RealNginx()
        let agent = try world.run(
            .best, ["NGINX_STATUS_URL": world.nginx.statusURL + "," + other.unixURL])
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        let held = try world.nginx.hold(3) + other.hold(4)
        _ = try await world.aggregator.reports("the sum") { reports in
            reports.contains { $0.report.windows.contains { $0.gauges?.busy.last == 7 } }
        }
        other.kill()
        _ = try await world.aggregator.reports("no sum without all of it") { reports in
            reports.contains { $0.report.windows.contains { $0.samples == 0 && $0.failed > 0 } }
        }
        withExtendedLifetime((agent, held)) {}
    }

    @Test func waitsForTheMetadataAndNamesTheServiceItself() async throws {
        let world = try await AgentWorld()
        try world.aggregator.setMetadata(status: 503, body: "")
        let agent = try world.run(.best, ["ECS_SERVICE_NAME": "configured"])
        try await agent.output(contains: "metadata.down")
        try await Task.sleep(for: .milliseconds(1500))
        #expect(try world.aggregator.reports().isEmpty)
        let document = """
            {"Cluster":"demo","TaskARN":"arn:aws:ecs:eu-west-1:111122223333:task/demo/1",\
            "Family":"web","Revision":"3"}
            """
        try world.aggregator.setMetadata(status: 200, body: document)
        let reports = try await world.aggregator.reports("identity") { !$0.isEmpty }
        #expect(reports[0].report.task.service == "configured")
        #expect(reports[0].report.task.cluster == "demo")
        #expect(reports[0].report.windows.count >= 2, "what was seen before is told")
        #expect(agent.count("metadata.down") == 1)
        #expect(agent.count("identity.known") == 1)
    }
}
