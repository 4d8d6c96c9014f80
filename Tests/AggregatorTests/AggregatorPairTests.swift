import Foundation
import TestSupport
import Testing

/// Two built aggregators that share a third party's DynamoDB; each hears every report.
@Suite(.moto, .serialized) struct AggregatorPairTests {
    private static let token = "operator-0123456789"
    private static let path = "/v1/services/demo/web"

    private func start(
        group: String, environment: [String: String?] = [:]
    ) async throws -> AggregatorProcess {
        let moto = try #require(MotoTrait.current)
        return try await AggregatorProcess(
            AggregatorProcess.configuration(
                settings: """
                    "scaleIn":{"enabled":true,"stabilizationSeconds":0,"afterRestartSeconds":0,
                      "limit":{"tasks":20}},"data":{"warmUpSeconds":0}
                    """,
                top: "\"state\":{\"table\":\"autoscaler\",\"group\":\"\(group)\"},"),
            environment: moto.environment.merging(["AGGREGATOR_OPERATOR_TOKEN": Self.token]) { $1 }
                .merging(environment) { $1 })
    }

    private func set(_ count: Int) async throws {
        let moto = try #require(MotoTrait.current)
        _ = try await moto.call(
            "ecs", "update_service",
            ["cluster": "demo", "service": "web", "desiredCount": count])
    }

    private func count() async throws -> Int? {
        try await #require(MotoTrait.current).desiredCount("web")
    }

    private func standing(_ aggregator: AggregatorProcess) throws -> String? {
        try aggregator.events("lease.standing").last?["standing"] as? String
    }

    private func becomes(
        _ standing: String, _ aggregator: AggregatorProcess, within span: Duration = .seconds(20)
    ) async throws {
        try await eventually(
            "\(standing): \(aggregator.process.output)", within: span
        ) { try self.standing(aggregator) == standing }
    }

    /// Tasks that report to both, each second.
    private final class Reporters {
        private let clients: [ReportClient]
        private var sequence: UInt64 = 0

        init(_ aggregators: [AggregatorProcess]) throws {
            clients = try aggregators.map { try ReportClient($0.url) }
        }

        func send(_ busy: Int, tasks: Int) {
            sequence += 1
            for client in clients {
                for task in 0..<tasks {
                    // A stopped one does not answer.
                    _ = try? client.send(
                        ReportClient.report(
                            task: "task-\(task)", sequence: sequence, busy: busy))
                }
            }
        }
    }

    @Test func oneOwnsAndHandsOverWhenItEnds() async throws {
        let first = try await start(group: "handover")
        try await becomes("owner", first)
        let second = try await start(group: "handover")
        try await becomes("second", second)
        // An order is taken by whoever hears it, and in force everywhere.
        let client = try ReportClient(second.url, token: Self.token)
        let pause = Array(#"{"reason":"a deploy","direction":"in"}"#.utf8)
        #expect(try client.send(pause, headers: [], path: Self.path + "/pause") == 200)
        let owner = try ReportClient(first.url)
        try await eventually("the owner knows of the pause", within: .seconds(20)) {
            try owner.get(Self.path).body.contains("a deploy")
        }
        first.process.signal(SIGTERM)
        #expect(try await first.process.exit(within: .seconds(20)) == .code(0))
        try await eventually("lease.released") { try first.events("lease.released").count == 1 }
        try await becomes("owner", second)
        let fence = try second.events("lease.standing").last?["fence"] as? Int
        #expect(fence == 2)
    }

    @Test func theSecondRaisesWhenTheOwnerDoesNot() async throws {
        try await set(2)
        let first = try await start(group: "raise")
        try await becomes("owner", first)
        let second = try await start(group: "raise")
        try await becomes("second", second)
        _ = try await second.event("service.found")
        first.process.signal(SIGSTOP)
        defer { first.process.signal(SIGCONT) }
        let tasks = try Reporters([second])
        tasks.send(10, tasks: 2)
        try await eventually("7 tasks", within: .seconds(30)) {
            tasks.send(35, tasks: 2)
            return try await self.count() == 7
        }
    }

    /// It was stopped for longer than its lease lasts: it knows when it goes on, and lowers nothing.
    @Test func whoWasStoppedForLongKnowsThatItIsTheSecond() async throws {
        try await set(6)
        let first = try await start(group: "stopped")
        try await becomes("owner", first)
        let second = try await start(group: "stopped")
        try await becomes("second", second)
        _ = try await second.event("service.found")
        first.process.signal(SIGSTOP)
        try await becomes("owner", second)
        first.process.signal(SIGCONT)
        let tasks = try Reporters([first])
        for _ in 0..<10 {
            tasks.send(1, tasks: 6)
            try await Task.sleep(for: .milliseconds(200))
        }
        try await becomes("second", first)
        #expect(try first.events("service.scaled").isEmpty)
        #expect(try await count() == 6)
        #expect(try second.events("lease.standing").last?["fence"] as? Int == 2)
    }

    @Test func withoutTheTableRaisesGoOnAndNothingIsLowered() async throws {
        try await set(3)
        let alone = try await start(
            group: "away", environment: ["AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9"])
        _ = try await alone.event("lease.failed")
        _ = try await alone.event("service.found")
        let tasks = try Reporters([alone])
        for _ in 0..<10 {
            tasks.send(1, tasks: 3)
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try await count() == 3)
        try await eventually("raised", within: .seconds(30)) {
            tasks.send(40, tasks: 3)
            return try await self.count() ?? 0 >= 12
        }
    }
}
