import Foundation
import Telemetry
import TestSupport
import Testing

/// The built aggregator with `verifyTasks`, beside Fargate on a laptop, whose tasks all have the
/// private address 127.0.0.1.
@Suite struct AggregatorSenderTests {
    @Test func takesReportsFromTheTasksOwnAddressAlone() async throws {
        let port = try LocalPort.free()
        let endpoint = "http://127.0.0.1:\(port)"
        let aggregator = try await AggregatorProcess(
            AggregatorProcess.configuration(top: "\"verifyTasks\":true,"),
            environment: [
                "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_ENDPOINT_URL": endpoint, "AGGREGATOR_TOKEN": nil,
            ])
        let fargate = try TestProcess(
            try Repository.program("fargate-local"),
            [
                "run", "--port", "\(port)", "--cluster", "demo", "--tasks", "1",
                "--start-delay-ms", "50", "--nginx-dir", "\(Repository.root)/nginx",
                "--aggregator-url", aggregator.url, "--shared",
            ], environment: ["AGGREGATOR_TOKEN": nil])
        let client = try ReportClient(aggregator.url)
        // The agent of the task reports from its address.
        try await eventually(
            "the agent is heard: \(fargate.output) \(aggregator.process.output)",
            within: .seconds(30)
        ) {
            try client.get("/v1/services").body.contains("\"tasksLive\":1")
        }
        #expect(try aggregator.events("report.foreignSender").isEmpty)

        let status = try ReportClient(endpoint).get("/_local/status").body
        let task = try #require(status.firstMatch(of: /arn:aws:ecs:[^"]*:task\/[^"]*/)).output
        var forged = ReportClient.report(task: String(task), sequence: 1, busy: 10_000, boot: 99)
        #expect(try await send(forged, from: "127.0.0.2", to: aggregator.url) == "403")
        // Without the service's name it is no better.
        forged.identity.service = nil
        #expect(try await send(forged, from: "127.0.0.2", to: aggregator.url) == "403")
        let event = try await aggregator.event("report.foreignSender")
        #expect(event["task"] as? String == String(task))
        #expect(event["address"] as? String == "127.0.0.2")
        let metrics = try client.get("/metrics").body
        #expect(metrics.contains("aggregator_reports_total{outcome=\"foreign_sender\"} 2\n"))
        // A task that ECS does not know is asked for once, and then refused from everywhere.
        let stranger = ReportClient.report(
            task: String(task.dropLast(4)) + "0000", sequence: 1, busy: 10_000)
        try await eventually("the stranger is refused") {
            try client.send(stranger) == 404
        }
        #expect(try client.get("/v1/services").body.contains("\"tasksLive\":1"))
        #expect(try aggregator.events("service.scaled").isEmpty)
        // The same report is taken from the task's own address.
        forged.sequence = 1
        forged.windows = []
        #expect(try await send(forged, from: "127.0.0.1", to: aggregator.url) == "204")
    }

    /// The answer's status.
    private func send(_ report: Report, from address: String, to url: String) async throws -> String
    {
        var encoder = ReportEncoder()
        let directory = try TemporaryDirectory()
        let body = String(decoding: encoder.encode(report), as: UTF8.self)
        let file = try directory.write("report.json", body)
        let curl = try TestProcess(
            "curl",
            [
                "-s", "--noproxy", "*", "--interface", address, "-o", "/dev/null",
                "-w", "%{http_code}", "-H", "Content-Type: application/json",
                "--data-binary", "@\(file)", "\(url)/v1/reports",
            ])
        #expect(try await curl.exit() == .code(0))
        return curl.output
    }
}
