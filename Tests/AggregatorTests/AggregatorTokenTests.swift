import Foundation
import TestSupport
import Testing
import Transport

/// The tokens of the built aggregator, exchanged while it serves.
@Suite struct AggregatorTokenTests {
    private let report = ReportClient.report(task: "a", sequence: 1, busy: 1)
    private let pausePath = "/v1/services/demo/web/pause"
    private let pause = Array(#"{"reason":"a test"}"#.utf8)

    private func start(agents: String, operators: String) async throws -> AggregatorProcess {
        try await AggregatorProcess(
            AggregatorProcess.configuration(),
            environment: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AGGREGATOR_TOKEN": nil,
                "AGGREGATOR_OPERATOR_TOKEN": nil, "AGGREGATOR_TOKEN_FILE": agents,
                "AGGREGATOR_OPERATOR_TOKEN_FILE": operators,
            ])
    }

    @Test func newTokensComeInForceWithoutDroppingConnections() async throws {
        let directory = try TemporaryDirectory()
        let agents = try directory.write("agents", "agents-old-0123456789\n")
        let operators = try directory.write("operators", "operators-old-0123456789\n")
        let aggregator = try await start(agents: agents, operators: operators)
        let old = try ReportClient(aggregator.url, token: "agents-old-0123456789")
        let new = try ReportClient(aggregator.url, token: "agents-new-0123456789")
        #expect(try old.send(report) == 204)
        #expect(try new.send(report) == 401)

        // Both for a while, then the new one alone.
        _ = try directory.write("agents", "agents-new-0123456789,agents-old-0123456789\n")
        _ = try directory.write("operators", "operators-new-0123456789\n")
        aggregator.process.signal(SIGHUP)
        try await eventually("both are read") {
            try aggregator.events("tokens.reloaded").count == 2
        }
        #expect(try old.send(report) == 204)
        #expect(try new.send(report) == 204)
        for (token, status) in [
            ("operators-old-0123456789", 401), ("agents-new-0123456789", 401),
            ("operators-new-0123456789", 200),
        ] {
            let client = try ReportClient(aggregator.url, token: token)
            #expect(try client.send(pause, headers: [], path: pausePath) == status)
        }
        _ = try directory.write("agents", "agents-new-0123456789\n")
        aggregator.process.signal(SIGHUP)
        try await eventually("both are read again") {
            try aggregator.events("tokens.reloaded").count == 4
        }
        #expect(try old.send(report) == 401)
        #expect(try new.send(report) == 204)
        #expect(old.connectionsOpened == 0)
        #expect(new.connectionsOpened == 0)
        // Nothing is said of a certificate that nobody set, nor of a token.
        #expect(try aggregator.events("certificate.reloaded").isEmpty)
        #expect(!aggregator.process.output.contains("0123456789"))
    }

    @Test(
        arguments: [
            "", "short", "a-0123456789abcdef b-0123456789abcdef c-0123456789abcdef",
            "operators-old-0123456789", nil,
        ])
    func aBadFileKeepsTheTokensInForce(text: String?) async throws {
        let directory = try TemporaryDirectory()
        let agents = try directory.write("agents", "agents-old-0123456789\n")
        let operators = try directory.write("operators", "operators-old-0123456789\n")
        let aggregator = try await start(agents: agents, operators: operators)
        if let text {
            _ = try directory.write("agents", text)
        } else {
            try FileManager.default.removeItem(atPath: agents)
        }
        _ = try directory.write("operators", "operators-new-0123456789\n")
        aggregator.process.signal(SIGHUP)
        let failure = try await aggregator.event("tokens.failed")
        #expect(failure["of"] as? String == "agents")
        #expect(failure["reason"] as? String == "those before stay in force")
        let error = try #require(failure["error"] as? String)
        #expect(error.contains(text == nil ? agents : "AGGREGATOR_TOKEN"), "\(error)")
        // One bad file does not keep the other from being read.
        #expect(
            try await aggregator.event("tokens.reloaded")["of"] as? String == "operators")
        let old = try ReportClient(aggregator.url, token: "agents-old-0123456789")
        #expect(try old.send(report) == 204)
        #expect(try ReportClient(aggregator.url).send(report) == 401)
        let client = try ReportClient(aggregator.url, token: "operators-new-0123456789")
        #expect(try client.send(pause, headers: [], path: pausePath) == 200)
        // Nor is it a reason to start the container anew.
        let health = try TestProcess(
            try Repository.program("aggregator"), ["health"],
            environment: [
                "AGGREGATOR_TOKEN_FILE": agents, "AGGREGATOR_TOKEN": nil,
                "AGGREGATOR_CONFIG": AggregatorProcess.configuration()
                    .replacing("\"port\":0", with: "\"port\":\(aggregator.port)"),
            ])
        #expect(try await health.exit() == .code(0), "\(health.output)")
    }

    /// A stolen token speaks for its own service only.
    @Test func aBoundTokenIsRefusedForOthers() async throws {
        let aggregator = try await AggregatorProcess(
            AggregatorProcess.configuration(
                top: #""tokens":[{"variable":"OTHER_TOKEN","services":["demo/other"]}],"#
            )
            .replacing(
                "\"services\":[{\"cluster\":\"demo\",\"service\":\"web\"",
                with: """
                    "services":[{"cluster":"demo","service":"other",
                    "target":{"metric":"busy","value":1}},
                    {"cluster":"demo","service":"web"
                    """),
            environment: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AGGREGATOR_TOKEN_FILE": nil,
                "AGGREGATOR_OPERATOR_TOKEN_FILE": nil,
                "AGGREGATOR_TOKEN": "agents-0123456789abcd",
                "OTHER_TOKEN": "others-0123456789abcd",
            ])
        let any = try ReportClient(aggregator.url, token: "agents-0123456789abcd")
        let bound = try ReportClient(aggregator.url, token: "others-0123456789abcd")
        #expect(try any.send(report) == 204)
        #expect(try bound.send(report) == 403)
        #expect(bound.reason == "this token does not speak for this service\n")
        let stray = try await aggregator.event("report.foreignToken")
        #expect(stray["token"] as? String == "OTHER_TOKEN")
        #expect(
            try any.get("/metrics").body.contains(
                #"aggregator_reports_total{outcome="foreign_token"} 1"#))
    }
}
