import Foundation
import TestSupport
import Testing

/// `agent probe` against each broken link: the right name, the right code, advice.
@Suite struct ProbeTests {
    private struct Answer: Decodable {
        struct Link: Decodable {
            let link, state, detail: String
            let ms: Double?
            let advice: String?
        }
        struct Task: Decodable {
            let arn, service: String
            let zone: String?
            let cpus, memoryMiB: Double
        }
        struct Address: Decodable {
            let address: String
            let ok: Bool
            let broken, reason: String?
            let connectMs, tlsMs, answerMs: Double?
        }
        struct Certificate: Decodable { let names, expires: String }
        struct Cost: Decodable {
            let samples: Int
            let cpuMs: Double
            /// Unknown without the metadata.
            let percentOfTask: Double?
        }
        struct Witnesses: Decodable {
            struct Trouble: Decodable { let source, reason: String }
            let ports: [Int]
            let acceptQueue, acceptQueueLimit, sockets, established, unread: Int?
            let listenOverflows, listenDrops: Int?
            let us: Double
            let unavailable: [Trouble]
        }
        let witnesses: Witnesses?
        let task: Task?
        let addresses: [Address]
        let certificate: Certificate?
        let clockDifferenceS: Int?
        let cost: Cost?
        let v: Int
        let ok: Bool
        let broken: String?
        let exit: Int32
        let links: [Link]
    }

    private func probe(
        _ settings: [String: String?], _ program: AgentProgram = .best
    ) async throws -> (Answer, TestProcess.Exit) {
        let agent = try program.start(["probe", "--json"], settings)
        let exit = try await agent.exit(within: .seconds(20))
        let line = agent.output.split(separator: "\n").first { $0.hasPrefix("{") } ?? ""
        do {
            return (try JSONDecoder().decode(Answer.self, from: Data(line.utf8)), exit)
        } catch {
            throw TestFailure("probe said: \(agent.output)")
        }
    }

    private func expect(
        _ settings: [String: String?], broken link: String, code: Int32,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let (answer, exit) = try await probe(settings)
        #expect(answer.broken == link, "\(answer.links)", sourceLocation: location)
        #expect(exit == .code(code), sourceLocation: location)
        #expect(answer.exit == code, sourceLocation: location)
        let step = answer.links.first { $0.link == link }
        #expect(step?.state == "broken", sourceLocation: location)
        #expect((step?.advice ?? "").count > 20, sourceLocation: location)
    }

    @Test(arguments: AgentProgram.built)
    func allIsWell(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let (answer, exit) = try await probe(world.settings, program)
        #expect(exit == .code(0))
        #expect(answer.ok && answer.broken == nil && answer.v == 1)
        #expect(
            answer.links.map(\.link)
                == ["metadata", "nginx", "name", "connection", "tls", "token", "report"])
        #expect(answer.links.filter { $0.state == "ok" }.allSatisfy { $0.ms != nil })
        let received = try world.aggregator.reports()
        #expect(received.map(\.report.state) == ["probe", "probe"], "one more to measure its cost")
        #expect(received.allSatisfy { $0.report.windows.isEmpty }, "a probe is no load")
        #expect(answer.task?.service == "shop")
        #expect(answer.task?.cpus == 0.25)
        #expect(answer.task?.zone == "eu-west-1a")
        #expect(answer.addresses.map(\.address) == ["127.0.0.1"])
        #expect(answer.addresses.first?.ok == true)
        let cost = try #require(answer.cost)
        #expect((10...21).contains(cost.samples))
        #expect(cost.cpuMs > 0)
        #expect(try #require(cost.percentOfTask) > 0)
    }

    @Test func tellsTheCertificateAndTheClocks() async throws {
        let ours = try await TestCertificates()
        let world = try await AgentWorld(tls: ours.issue("server", for: "IP:127.0.0.1"))
        try world.aggregator.set(
            .status(204, headers: ["Date": "Sun, 06 Nov 1994 08:49:37 GMT"]))
        var settings = world.settings
        settings["AGGREGATOR_CA_FILE"] = ours.authority
        let (answer, exit) = try await probe(settings)
        #expect(exit == .code(0), "\(answer.links)")
        #expect(answer.certificate?.names.contains("127.0.0.1") == true)
        #expect(answer.certificate?.expires.hasSuffix("GMT") == true)
        #expect(try #require(answer.clockDifferenceS) < -800_000_000)
        #expect(answer.links.last?.advice?.contains("clock") == true)
        #expect(answer.addresses.first?.tlsMs != nil)
    }

    @Test func warnsOfAStatusPageThatOthersCanRead() async throws {
        let world = try await AgentWorld()
        let exposed = try await RealNginx(statusHost: "0.0.0.0")
        var settings = world.settings
        settings["NGINX_STATUS_URL"] = exposed.statusURL
        let (answer, exit) = try await probe(settings)
        #expect(exit == .code(0), "it works, and could harm")
        let nginx = answer.links.first { $0.link == "nginx" }
        // A machine without any address but loopback exposes nothing.
        if nginx?.detail.contains("answers on") == true {
            #expect(nginx?.advice?.contains("127.0.0.1 only") == true)
        }
        let (safe, _) = try await probe(world.settings)
        #expect(safe.links.first { $0.link == "nginx" }?.advice == nil)
    }

    @Test func printsATableForPeople() async throws {
        let world = try await AgentWorld()
        let agent = try AgentProgram.best.start(["probe"], world.settings)
        #expect(try await agent.exit() == .code(0))
        #expect(agent.output.contains("service shop"))
        #expect(!agent.output.contains("\u{1B}"), "no colour into a file")
    }

    @Test func namesTheMetadata() async throws {
        let world = try await AgentWorld()
        try world.aggregator.setMetadata(status: 404, body: "")
        try await expect(world.settings, broken: "metadata", code: 10)
        try world.aggregator.setMetadata(status: 200, body: "{\"Cluster\":\"x\"")
        try await expect(world.settings, broken: "metadata", code: 10)
    }

    @Test func namesNginx() async throws {
        let world = try await AgentWorld()
        var settings = world.settings
        for path in ["/forbidden", "/other", "/missing"] {
            settings["NGINX_STATUS_URL"] = "http://127.0.0.1:\(world.nginx.statusPort)\(path)"
            try await expect(settings, broken: "nginx", code: 11)
        }
        world.nginx.kill()
        try await expect(world.settings, broken: "nginx", code: 11)
    }

    @Test func namesTheName() async throws {
        let world = try await AgentWorld()
        var settings = world.settings
        settings["AGGREGATOR_URL"] = "http://aggregator.invalid:8787"
        settings["AGENT_PUSH_TIMEOUT_MS"] = "5000"
        try await expect(settings, broken: "name", code: 12)
    }

    @Test func namesTheConnection() async throws {
        let world = try await AgentWorld()
        try world.aggregator.set(.refuse)
        try await expect(world.settings, broken: "connection", code: 13)
    }

    @Test func namesTLS() async throws {
        let world = try await AgentWorld()
        var settings = world.settings
        settings["AGGREGATOR_URL"] = "https://127.0.0.1:\(world.aggregator.port)"
        try world.aggregator.set(.close)
        try await expect(settings, broken: "tls", code: 14)
    }

    @Test func namesTheToken() async throws {
        let world = try await AgentWorld()
        try world.aggregator.set(.status(401, body: "unknown token\n"))
        try await expect(world.settings, broken: "token", code: 15)
    }

    @Test(arguments: [
        HostileAggregator.Mode.status(400, body: "no"), .status(404), .status(503), .garbage,
        .close,
        .hang, .status(307, headers: ["Location": "/v1/reports"]),
    ])
    func namesTheReport(mode: HostileAggregator.Mode) async throws {
        let world = try await AgentWorld()
        try world.aggregator.set(mode)
        try await expect(world.settings, broken: "report", code: 16)
    }

    @Test(arguments: AgentProgram.built)
    func showsWhatTheKernelKnows(program: AgentProgram) async throws {
        let world = try await AgentWorld()
        let requests = try world.nginx.hold(5)
        var settings = world.settings
        settings["NGINX_PORTS"] = "\(world.nginx.publicPort)"
        let (answer, _) = try await probe(settings, program)
        let witnesses = try #require(answer.witnesses)
        #expect(witnesses.ports == [world.nginx.publicPort])
        #expect(witnesses.acceptQueue == 0)
        #expect(witnesses.acceptQueueLimit == 511, "nginx's own standard")
        #expect(witnesses.established == 5)
        #expect(witnesses.unread == 0)
        #expect(witnesses.sockets ?? 0 >= 10)
        #expect(witnesses.listenOverflows != nil && witnesses.listenDrops != nil)
        #expect(witnesses.unavailable.map(\.source) == [])
        withExtendedLifetime(requests) {}
    }
}
