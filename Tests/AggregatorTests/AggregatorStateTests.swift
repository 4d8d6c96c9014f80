import Foundation
import TestSupport
import Testing

/// What the built aggregator keeps over its end, whichever way it ends.
@Suite(.moto, .serialized) struct AggregatorStateTests {
    private static let token = "operator-0123456789"
    private static let path = "/v1/services/demo/web"
    private static let pause = Array(#"{"reason":"a deploy","direction":"both"}"#.utf8)

    private func start(file: String) async throws -> AggregatorProcess {
        let moto = try #require(MotoTrait.current)
        return try await AggregatorProcess(
            AggregatorProcess.configuration(top: "\"state\":{\"file\":\"\(file)\"},"),
            environment: moto.environment.merging(["AGGREGATOR_OPERATOR_TOKEN": Self.token]) { $1 })
    }

    private func client(_ aggregator: AggregatorProcess) throws -> ReportClient {
        try ReportClient(aggregator.url, token: Self.token)
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func aPauseThatWasAnsweredIsInForceAfterAnyEnd(signal: Int32) async throws {
        let directory = try TemporaryDirectory()
        let first = try await start(file: "\(directory.path)/state")
        let answer = try client(first)
        #expect(try answer.send(Self.pause, headers: [], path: Self.path + "/pause") == 200)
        #expect(answer.reason.contains("a deploy"))
        first.process.signal(signal)
        _ = try await first.process.exit()
        #expect(try first.events("service.pauseLost").isEmpty)

        let second = try await start(file: "\(directory.path)/state")
        try await eventually("state.restored") { try second.events("state.restored").count == 1 }
        let restored = try await second.event("service.pauseRestored")
        #expect(restored["reason"] as? String == "a deploy")
        let services = try client(second)
        #expect(try services.get(Self.path).body.contains("a deploy"))
        #expect(try services.send([], headers: [], path: Self.path + "/resume") == 200)
        second.process.signal(SIGKILL)
        _ = try await second.process.exit()

        let third = try await start(file: "\(directory.path)/state")
        #expect(try client(third).get(Self.path).body.contains("\"paused\":[]"))
        #expect(try third.events("service.pauseRestored").isEmpty)
    }

    @Test func saysWhatItCannotTrustAndKeepsIt() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("state", "fargate-autoscaler state 1 20 0\nnonsense")
        let aggregator = try await start(file: file)
        let event = try await aggregator.event("state.distrusted")
        #expect(event["keptAs"] as? String == file + ".distrusted")
        #expect(FileManager.default.fileExists(atPath: file + ".distrusted"))
        let operators = try client(aggregator)
        #expect(try operators.send(Self.pause, headers: [], path: Self.path + "/pause") == 200)
    }

    @Test func doesNotPromiseWhatItCannotStore() async throws {
        let aggregator = try await start(file: "/nowhere/at/all/state")
        let operators = try client(aggregator)
        #expect(try operators.send(Self.pause, headers: [], path: Self.path + "/pause") == 503)
        #expect(operators.reason.contains("in force, but not stored"))
        #expect(try operators.get(Self.path).body.contains("a deploy"))
        _ = try await aggregator.event("state.notStored")
    }
}
