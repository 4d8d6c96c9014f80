import Foundation
import Telemetry
import TestSupport
import Testing
import Transport
import Values

/// The built aggregator as its clients see it; AWS is not there.
@Suite struct AggregatorServingTests {
    private static let json = "Content-Type: application/json"
    private let environment: [String: String?] = [
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
        // Nobody listens there.
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AGGREGATOR_TOKEN": nil,
        "AGGREGATOR_TOKEN_FILE": nil, "AGGREGATOR_CONFIG": nil,
    ]

    private func start(
        _ more: [String: String?] = [:], _ configuration: String? = nil
    ) async throws -> AggregatorProcess {
        try await AggregatorProcess(
            configuration ?? AggregatorProcess.configuration(),
            environment: environment.merging(more) { $1 })
    }

    @Test func survivesEveryKindOfBadBody() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        let good = ReportClient.report(task: "a", sequence: 1, busy: 1)
        var encoder = ReportEncoder()
        let plain = encoder.encode(good)
        var deflater = try Deflater()
        let packed = try deflater.deflate(plain)
        let deflate = [Self.json, "Content-Encoding: deflate"]

        #expect(try client.send(plain, headers: [Self.json]) == 204)
        #expect(try client.send(plain, headers: [Self.json, "Content-Encoding: identity"]) == 204)
        #expect(try client.send(packed, headers: deflate) == 204)
        for count in stride(from: 0, to: packed.count, by: 7) {
            #expect(try client.send(Array(packed[..<count]), headers: deflate) == 400)
        }
        #expect(try client.send(plain, headers: deflate) == 400)
        #expect(try client.send(packed, headers: [Self.json]) == 400)
        #expect(client.reason.hasPrefix("not valid JSON"))
        #expect(try client.send(packed, headers: [Self.json, "Content-Encoding: br"]) == 415)
        #expect(try client.send(plain, headers: ["Content-Type: text/plain"]) == 415)
        #expect(try client.send(plain, headers: ["Content-Type:"]) == 415)
        let bomb = try deflater.deflate([UInt8](repeating: 0x20, count: 256 * 1024 + 1))
        #expect(bomb.count < 3_000)
        #expect(try client.send(bomb, headers: deflate) == 413)
        let long = [UInt8](repeating: 0x20, count: 64 * 1024 + 1)
        #expect(try client.send(long, headers: [Self.json]) == 413)
        #expect(try client.send(Array(long.dropLast()), headers: [Self.json]) == 400)
        let seed = UInt64.random(in: 1 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 0...2_000, using: &random)
            let body = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            for headers in [deflate, [Self.json]] {
                #expect(try client.send(body, headers: headers) == 400, "seed \(seed)")
            }
        }
        #expect(try client.send(good) == 204)
        // The log is not theirs to fill.
        #expect(try aggregator.events("report.refused").count <= 3)
    }

    @Test func answersForWhatIsNotConfigured() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        let stranger = ReportClient.report(task: "a", service: "nope", sequence: 1, busy: 1)
        #expect(try client.send(stranger) == 404)
        #expect(client.reason == "service nope of cluster demo is not configured here\n")
        var elsewhere = ReportClient.report(task: "a", service: nil, sequence: 1, busy: 1)
        elsewhere.identity.cluster = "other"
        #expect(try client.send(elsewhere) == 404)
        #expect(client.reason == "no service of cluster other is configured here\n")
    }

    @Test func takesAProbeAndKeepsNothingOfIt() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        var probe = ReportClient.report(task: "a", sequence: 1, busy: 1)
        probe.state = .probe
        probe.windows = []
        #expect(try client.send(probe) == 204)
        #expect(try client.get("/v1/services").body.contains("\"accepted\":0"))
        probe.identity.service = "nope"
        #expect(try client.send(probe) == 404)
    }

    @Test func answersItsOtherPaths() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        #expect(try client.get("/healthz") == (200, "ok\n"))
        #expect(try client.get("/v1/reports").status == 405)
        #expect(try client.get("/nothing").status == 404)
        #expect(try client.send([], headers: [], path: "/healthz") == 405)
        let services = try client.get("/v1/services")
        #expect(services.status == 200)
        #expect(services.body.contains("\"state\":\"unknown\""))
    }

    @Test func asksForAToken() async throws {
        let (new, old) = ("new-0123456789abcdef", "old-0123456789abcdef")
        let aggregator = try await start(["AGGREGATOR_TOKEN": "\(new),\(old)"])
        let report = ReportClient.report(task: "a", sequence: 1, busy: 1)
        for token in [new, old] {
            #expect(try ReportClient(aggregator.url, token: token).send(report) == 204)
        }
        for token in [nil, "", "new-0123456789abcdeg", new + old] {
            let client = try ReportClient(aggregator.url, token: token)
            #expect(try client.send(report) == 401)
        }
        #expect(!aggregator.process.output.contains("0123456789abcdef"))
        #expect(try aggregator.events("token.absent").isEmpty)
    }

    @Test func isNotReadyBeforeECSAnswered() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        #expect(try client.get("/readyz").status == 503)
    }

    @Test func onlyOperatorsPauseAndResume() async throws {
        let token = "operator-0123456789"
        let aggregator = try await start([
            "AGGREGATOR_TOKEN": "agents-0123456789", "AGGREGATOR_OPERATOR_TOKEN": token,
        ])
        let body = Array(#"{"reason":"a deploy","direction":"out","forSeconds":60}"#.utf8)
        let path = "/v1/services/demo/web/pause"
        for wrong in [nil, "agents-0123456789", "operator-0123456788"] {
            let client = try ReportClient(aggregator.url, token: wrong)
            #expect(try client.send(body, headers: [Self.json], path: path) == 401)
        }
        let client = try ReportClient(aggregator.url, token: token)
        #expect(try client.send(body, headers: [Self.json], path: path) == 200)
        #expect(client.reason.contains("\"direction\":\"out\",\"reason\":\"a deploy\""))
        #expect(try client.get("/v1/services/demo/web").body.contains("a deploy"))
        #expect(try client.get("/v1/services/demo/nope").status == 404)
        #expect(try client.send([], headers: [Self.json], path: path) == 400)
        #expect(client.reason.contains("reason: is missing"))
        #expect(try client.send(body, headers: [], path: "/v1/services/demo/no/pause") == 404)
        #expect(try client.send(body, headers: [], path: "/v1/services/demo/web/stop") == 404)
        #expect(try client.get(path).status == 405)
        #expect(try client.send([], headers: [], path: "/v1/services/demo/web/resume") == 200)
        #expect(client.reason.contains("\"paused\":[]"))
        try await eventually("service.paused") {
            try aggregator.events("service.paused").count == 1
        }
        try await eventually("service.resumed") {
            try aggregator.events("service.resumed").count == 1
        }
        // A report is not taken with the operators' token.
        #expect(try client.send(ReportClient.report(task: "a", sequence: 1, busy: 1)) == 401)
    }

    @Test func saysThatPausesEndWithIt() async throws {
        let token = "operator-0123456789"
        let aggregator = try await start(["AGGREGATOR_OPERATOR_TOKEN": token])
        let client = try ReportClient(aggregator.url, token: token)
        let body = Array(#"{"reason":"a deploy","direction":"in"}"#.utf8)
        let path = "/v1/services/demo/web/pause"
        #expect(try client.send(body, headers: [], path: path) == 200)
        #expect(try aggregator.events("service.pauseLost").isEmpty)
        aggregator.process.signal(SIGTERM)
        #expect(try await aggregator.process.exit() == .code(0))
        let lost = try #require(try aggregator.events("service.pauseLost").first)
        #expect(lost["service"] as? String == "web")
        #expect(lost["direction"] as? String == "in")
        #expect(lost["reason"] as? String == "a deploy")

        let next = try await start(["AGGREGATOR_OPERATOR_TOKEN": token])
        try await eventually("state.none") { try next.events("state.none").count == 1 }
        let services = try ReportClient(next.url).get("/v1/services").body
        #expect(services.contains("\"paused\":[]"))
    }

    @Test func withoutAnOperatorTokenNobodyMay() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url, token: "whatever")
        let path = "/v1/services/demo/web/pause"
        #expect(try client.send(Array(#"{"reason":"x"}"#.utf8), headers: [], path: path) == 403)
    }

    @Test func tellsItsMetricsAsPrometheusReadsThem() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        // No task reported its clock.
        #expect(try !client.get("/metrics").body.contains("clock_error_seconds{"))
        #expect(try !client.get("/v1/services").body.contains("\"clock\""))
        let web = "{cluster=\"demo\",service=\"web\"}"
        for (sequence, clock) in [
            (1, ClockDrift(errorMs: 250, isSynchronized: true)),
            (2, ClockDrift(errorMs: 0.5, isSynchronized: false)), (3, nil),
        ] {
            var report = ReportClient.report(task: "a", sequence: UInt64(sequence), busy: 1)
            report.clock = clock
            #expect(try client.send(report) == 204)
        }
        #expect(try client.send([1], headers: [Self.json]) == 400)
        let metrics = try client.get("/metrics").body
        #expect(metrics.contains("aggregator_reports_total{outcome=\"accepted\"} 3\n"))
        #expect(metrics.contains("aggregator_reports_total{outcome=\"invalid\"} 1\n"))
        #expect(!metrics.contains("aggregator_service_desired_tasks{"), "unknown is not zero")
        #expect(metrics.contains("aggregator_service_clock_error_seconds\(web) 0.25\n"))
        #expect(metrics.contains("aggregator_service_clock_unsynchronized\(web) 1\n"))
        let service = try client.get("/v1/services/demo/web").body
        #expect(service.contains("\"clock\":{\"errorMs\":250.000,\"synchronized\":false}"))
        let directory = try TemporaryDirectory()
        let file = try directory.write("metrics.txt", metrics)
        let check = try TestProcess(
            Repository.python, [Repository.support("check_metrics.py"), file])
        #expect(try await check.exit() == .code(0), "\(check.output)")
    }

    @Test func endsInGoodOrderUnderLoad() async throws {
        let aggregator = try await start()
        let url = aggregator.url
        let load = Task.detached {
            let client = try ReportClient(url)
            var taken = 0
            for sequence in 1...UInt64.max {
                let report = ReportClient.report(task: "a", sequence: sequence, busy: 1)
                guard (try? client.send(report)) == 204 else { break }
                taken += 1
            }
            return taken
        }
        try await Task.sleep(for: .milliseconds(300))
        let begin = ContinuousClock.now
        aggregator.process.signal(SIGTERM)
        #expect(try await aggregator.process.exit() == .code(0))
        #expect(ContinuousClock.now - begin < .seconds(5))
        #expect(try await load.value > 0)
        try await eventually("aggregator.stopped") {
            try aggregator.events("aggregator.stopped").count == 1
        }
    }
}
