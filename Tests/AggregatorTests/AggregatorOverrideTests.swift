import Foundation
import TestSupport
import Testing

/// What operators set over the configuration, through HTTP, the command line and SIGHUP.
@Suite struct AggregatorOverrideTests {
    private static let token = "operator-0123456789"
    private static let environment: [String: String?] = [
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
        // Nobody listens there.
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AGGREGATOR_TOKEN": nil,
        "AGGREGATOR_TOKEN_FILE": nil, "AGGREGATOR_CONFIG": nil,
        "AGGREGATOR_OPERATOR_TOKEN": token,
    ]

    private func start() async throws -> AggregatorProcess {
        try await AggregatorProcess(
            AggregatorProcess.configuration(), environment: Self.environment)
    }

    private func run(
        _ aggregator: AggregatorProcess, _ arguments: String...
    ) async throws -> (exit: TestProcess.Exit, output: String) {
        let process = try TestProcess(
            try Repository.program("aggregator"), arguments,
            environment: Self.environment.merging(["AGGREGATOR_URL": aggregator.url]) { $1 })
        let exit = try await process.exit()
        return (exit, process.output)
    }

    @Test func theCommandLineSetsAndLiftsThem() async throws {
        let aggregator = try await start()
        let (low, refused) = try await run(
            aggregator, "floor", "demo/web", "50", "--reason", "sale", "--for", "2h")
        #expect(low == .code(69))
        #expect(refused.contains("409: floor 50 is above max 20: first set a ceiling of 50"))
        for arguments in [["ceiling", "60"], ["floor", "50"], ["dry-run", "on"], ["pause"]] {
            let process = try TestProcess(
                try Repository.program("aggregator"),
                [arguments[0], "demo/web"] + arguments.dropFirst() + ["--reason", "sale"],
                environment: Self.environment.merging(["AGGREGATOR_URL": aggregator.url]) { $1 })
            #expect(try await process.exit() == .code(0), "\(process.output)")
        }
        let client = try ReportClient(aggregator.url)
        let seen = try client.get("/v1/services/demo/web").body
        #expect(seen.contains(#""dryRun":true"#))
        #expect(seen.contains(#"{"kind":"floor","floor":50,"reason":"sale","until":"20"#))
        #expect(seen.contains(#"{"kind":"ceiling","ceiling":60"#))
        #expect(seen.contains(#""paused":[{"direction":"both""#))
        let metrics = try client.get("/metrics").body
        let labels = "cluster=\"demo\",service=\"web\""
        #expect(metrics.contains("aggregator_service_override{\(labels),kind=\"floor\"} 1\n"))
        #expect(try await run(aggregator, "lift", "demo/web", "floor").exit == .code(0))
        #expect(try await run(aggregator, "resume", "demo/web").exit == .code(0))
        #expect(try !client.get("/v1/services/demo/web").body.contains("\"floor\""))
        try await eventually("service.overridden") {
            try aggregator.events("service.overridden").count == 3
        }
        try await eventually("service.overrideEnded") {
            try aggregator.events("service.overrideEnded").count == 1
        }
        aggregator.process.signal(SIGTERM)
        #expect(try await aggregator.process.exit() == .code(0))
        try await eventually("service.overrideLost") {
            try aggregator.events("service.overrideLost").count == 2
        }
    }

    @Test(arguments: [
        (["floor", "demo/web", "50"], "--reason is missing: others will want to know"),
        (["floor", "demo/web", "--reason", "x"], "the number of tasks is missing"),
        (["floor", "demo/web", "many", "--reason", "x"], "takes a number of tasks, not many"),
        (["floor", "web", "5", "--reason", "x"], "web is not CLUSTER/SERVICE"),
        (["ceiling", "demo/web", "5", "--reason", "x", "--for", "soon"], "such as 90s, 15m, 2h"),
        (["dry-run", "demo/web", "maybe", "--reason", "x"], "must be on or off, not maybe"),
        (["lift", "demo/web", "max"], "must be pause, floor, ceiling or dry-run, not max"),
        (["lift", "demo/web", "floor", "--direction", "in"], "--direction is for pause"),
        (["resume", "demo/web", "--reason", "x"], "unknown argument --reason"),
    ])
    func aWrongCommandLineIsExplained(arguments: [String], message: String) async throws {
        let process = try TestProcess(try Repository.program("aggregator"), arguments)
        #expect(try await process.exit() == .code(64))
        #expect(process.output.contains(message), "\(process.output)")
    }

    @Test func aNewConfigurationHoldsWholeOrNotAtAll() async throws {
        let directory = try TemporaryDirectory()
        let old = AggregatorProcess.configuration(max: 20, settings: #""dryRun":false"#)
        let file = try directory.write("a.json", old)
        let aggregator = try TestProcess(
            try Repository.program("aggregator"), ["run", "--config", file],
            environment: Self.environment)
        try await aggregator.output(contains: "aggregator.listening", within: .seconds(20))

        _ = try directory.write(
            "a.json", old.replacing("\"max\":20", with: "\"max\":40,\"mni\":3"))
        aggregator.signal(SIGHUP)
        try await aggregator.output(contains: "services[0].mni: is not known")
        #expect(aggregator.output.contains("the one before stays in force"))

        _ = try directory.write(
            "a.json",
            old.replacing("\"max\":20", with: "\"max\":40").replacing(":1,", with: ":2,"))
        aggregator.signal(SIGHUP)
        try await aggregator.output(contains: "only a restart changes reconcileSeconds")

        _ = try directory.write(
            "a.json",
            old.replacing(
                "\"services\":", with: "\"state\":{\"file\":\"/tmp/state\"},\"services\":"))
        aggregator.signal(SIGHUP)
        try await aggregator.output(contains: "only a restart changes state")

        _ = try directory.write(
            "a.json",
            old.replacing("\"max\":20", with: "\"max\":40")
                .replacing("\"dryRun\":false", with: "\"dryRun\":true"))
        aggregator.signal(SIGHUP)
        try await aggregator.output(contains: "configuration.reloaded")
        #expect(
            aggregator.output.contains(
                #""changes":["demo/web: max 20 → 40, dryRun false → true"],"services":1"#))
        aggregator.signal(SIGHUP)
        try await aggregator.output(contains: #""changes":[],"services":0"#)
    }
}
