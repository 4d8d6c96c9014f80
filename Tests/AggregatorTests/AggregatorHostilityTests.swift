import Foundation
import Platform
import TestSupport
import Testing

/// What a network does to the built aggregator, while it goes on scaling.
@Suite(.moto, .serialized) struct AggregatorHostilityTests {
    private func start(_ settings: String = "") async throws -> AggregatorProcess {
        let moto = try #require(MotoTrait.current)
        _ = try await moto.call(
            "ecs", "update_service", ["cluster": "demo", "service": "web", "desiredCount": 2])
        let aggregator = try await AggregatorProcess(
            AggregatorProcess.configuration(settings: settings), environment: moto.environment)
        _ = try await aggregator.event("service.found")
        return aggregator
    }

    @Test func slowSendersDoNotKeepItFromScaling() async throws {
        #expect(ThisProcess.raiseDescriptorLimit() > 3_000)
        let aggregator = try await start()
        let slow = try (0..<2_000).map { _ in try SlowSender(port: aggregator.port) }
        let tasks = try #require(MotoTrait.current).world.taskARNs.prefix(2)
        var agents: [AgentTask] = []
        for task in tasks {
            agents.append(try await AgentTask(task, service: "web", aggregator: aggregator.url))
        }
        let client = try ReportClient(aggregator.url)
        try await eventually("both report", within: .seconds(20)) {
            for sender in slow { sender.sendOneByte() }
            return try client.get("/v1/services").body.contains("\"tasksLive\":2")
        }
        let held = try agents[0].hold(45)
        let moto = try #require(MotoTrait.current)
        try await eventually("moto has 5: \(aggregator.process.output)", within: .seconds(20)) {
            for sender in slow { sender.sendOneByte() }
            return try await moto.desiredCount("web") == 5
        }
        // They are told off when a request's time is over, byte or no byte.
        try await eventually("all are closed", within: .seconds(30)) {
            for sender in slow { sender.sendOneByte() }
            try await Task.sleep(for: .seconds(1))
            return slow.allSatisfy(\.isClosed)
        }
        #expect(try client.get("/healthz").status == 200)
        withExtendedLifetime((agents, held)) {}
    }

    @Test func replaysAndLatecomersChangeNothing() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        let first = ReportClient.report(task: "a", sequence: 1, busy: 99)
        #expect(try client.send(ReportClient.report(task: "a", sequence: 5, busy: 5)) == 204)
        for _ in 0..<10 {
            #expect(try client.send(first) == 204)
            #expect(try client.send(ReportClient.report(task: "a", sequence: 5, busy: 99)) == 204)
        }
        let jump = ReportClient.report(task: "a", sequence: 2_000_000, busy: 99)
        #expect(try client.send(jump) == 400)
        #expect(client.reason.contains("seq is far ahead"))
        let services = try client.get("/v1/services").body
        #expect(
            services.contains(
                "\"accepted\":1,\"duplicate\":10,\"reordered\":10,\"forgotten\":0,"
                    + "\"tooManyTasks\":0,\"sequenceJump\":1"), "\(services)")
        #expect(try client.holds())
        #expect(try client.send(ReportClient.report(task: "a", sequence: 6, busy: 6)) == 204)
    }

    @Test func strangersDoNotGrowItsMemory() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        func send(_ range: Range<Int>) throws {
            for number in range {
                let report = ReportClient.report(
                    task: "task-\(number)", service: "service-\(number)", sequence: 1, busy: 1)
                #expect(try client.send(report) == 404)
            }
        }
        try send(0..<2_000)
        let before = try aggregator.residentBytes()
        try send(2_000..<12_000)
        #expect(try aggregator.residentBytes() - before < 1_000_000)
        try await eventually("report.notConfigured") {
            try aggregator.events("report.notConfigured").count == 1
        }
        #expect(try client.get("/metrics").body.contains("outcome=\"not_configured\"} 12000\n"))
    }
}

/// A client that begins a request and sends a byte of it now and then.
private final class SlowSender {
    private let socket: StreamSocket
    private(set) var isClosed = false

    init(port: Int) throws {
        socket = try StreamSocket.connecting(to: .ip(host: "127.0.0.1", port: port))
    }

    private static let bytes = Array(
        "POST /v1/reports HTTP/1.1\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaa".utf8)
    private var sent = 0

    func sendOneByte() {
        do {
            let byte = Self.bytes[min(sent, Self.bytes.count - 1)]
            sent += try socket.send([byte])
        } catch {
            isClosed = true
        }
    }
}

extension AggregatorProcess {
    func residentBytes() throws -> Int {
        let status = try String(
            contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let kilobytes = line.flatMap({ Int($0.filter(\.isNumber)) }) else {
            throw TestFailure("no VmRSS")
        }
        return kilobytes * 1024
    }
}
