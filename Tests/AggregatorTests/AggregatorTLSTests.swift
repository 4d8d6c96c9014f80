import Foundation
import TestSupport
import Testing
import Transport

/// The built aggregator over TLS, with certificates of every kind.
@Suite struct AggregatorTLSTests {
    private let report = ReportClient.report(task: "a", sequence: 1, busy: 1)

    private func start(
        _ pair: TestCertificates.Pair, clients: String? = nil
    ) async throws -> AggregatorProcess {
        try await start(pair.certificate, pair.key, clients: clients)
    }

    private func start(
        _ certificate: String, _ key: String, clients: String? = nil
    ) async throws -> AggregatorProcess {
        return try await AggregatorProcess(
            configuration(certificate, key, clients: clients),
            environment: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            ])
    }

    private func configuration(
        _ certificate: String, _ key: String, clients: String?
    ) -> String {
        let authorities = clients.map { ",\"clientAuthoritiesFile\":\"\($0)\"" } ?? ""
        let tls = """
            "tls":{"certificateFile":"\(certificate)","keyFile":"\(key)"\(authorities)},
            """
        return AggregatorProcess.configuration()
            .replacing("\"listen\":{", with: "\"listen\":{\(tls)")
    }

    private func client(
        _ aggregator: AggregatorProcess, _ authority: String?, host: String = "127.0.0.1",
        as pair: TestCertificates.Pair? = nil
    ) throws -> ReportClient {
        try ReportClient(
            "https://\(host):\(aggregator.port)",
            trust: HTTPTrust(
                authoritiesFile: authority, clientCertificateFile: pair?.certificate,
                clientKeyFile: pair?.key))
    }

    private func isRefused(_ client: ReportClient) -> Bool {
        do {
            _ = try client.send(report)
            return false
        } catch TransportError.tlsFailed, TransportError.answerBroken {
            return true
        } catch {
            Issue.record("\(error)")
            return false
        }
    }

    @Test func aClientTrustsOnlyTheRightCertificate() async throws {
        let certificates = try await TestCertificates()
        let stranger = try await TestCertificates()
        let right = try await start(certificates.issue("right", for: "IP:127.0.0.1"))
        #expect(try client(right, certificates.authority).send(report) == 204)
        #expect(isRefused(try client(right, certificates.authority, host: "localhost")))
        #expect(isRefused(try client(right, stranger.authority)))
        #expect(isRefused(try client(right, nil)))

        let expired = try await start(certificates.issue("old", for: "IP:127.0.0.1", days: -1))
        #expect(isRefused(try client(expired, certificates.authority)))
        let other = try await start(certificates.issue("other", for: "IP:127.0.0.2"))
        #expect(isRefused(try client(other, certificates.authority)))
        // In the clear nothing is answered.
        #expect(throws: (any Error).self) { try ReportClient(right.url).send(report) }
        #expect(try client(right, certificates.authority).send(report) == 204)
    }

    @Test func aNewCertificateComesInForceWithoutDroppingConnections() async throws {
        let certificates = try await TestCertificates()
        let successor = try await TestCertificates()
        let pair = try await certificates.issue("first", for: "IP:127.0.0.1")
        let aggregator = try await start(pair)
        let early = try client(aggregator, certificates.authority)
        #expect(try early.send(report) == 204)
        let url = "https://127.0.0.1:\(aggregator.port)"
        let authority = certificates.authority
        let load = Task.detached {
            let client = try ReportClient(url, trust: HTTPTrust(authoritiesFile: authority))
            for sequence in 1...2_000 {
                let report = ReportClient.report(task: "b", sequence: UInt64(sequence), busy: 1)
                guard try client.send(report) == 204, sequence == 1 || client.connectionsOpened == 0
                else { return false }
            }
            return true
        }
        // A connection of later would meet the new certificate.
        try await eventually("the load has its connection") {
            try early.get("/metrics").body.contains(/service_reports_total\{.*\} ([2-9]|\d\d)/)
        }
        let next = try await successor.issue("second", for: "IP:127.0.0.1")
        for (source, target) in [(next.certificate, pair.certificate), (next.key, pair.key)] {
            try Data(contentsOf: URL(filePath: source)).write(to: URL(filePath: target))
        }
        aggregator.process.signal(SIGHUP)
        _ = try await aggregator.event("certificate.reloaded")
        #expect(try client(aggregator, successor.authority).send(report) == 204)
        #expect(isRefused(try client(aggregator, certificates.authority)))
        #expect(try early.send(report) == 204)
        #expect(early.connectionsOpened == 0)
        #expect(try await load.value)

        // Half of a new pair is no pair: the one in force stays.
        let half = try await certificates.issue("third", for: "IP:127.0.0.1")
        try Data(contentsOf: URL(filePath: half.certificate))
            .write(to: URL(filePath: pair.certificate))
        aggregator.process.signal(SIGHUP)
        let failure = try await aggregator.event("certificate.failed")
        #expect((failure["error"] as? String)?.contains(pair.key) == true)
        #expect(try client(aggregator, successor.authority).send(report) == 204)
    }

    @Test func clientsMustShowACertificateWhereThatIsAskedFor() async throws {
        let certificates = try await TestCertificates()
        let agents = try await TestCertificates()
        let aggregator = try await start(
            certificates.issue("server", for: "IP:127.0.0.1"), clients: agents.authority)
        let known = try await agents.issue("agent", for: "DNS:agent")
        #expect(try client(aggregator, certificates.authority, as: known).send(report) == 204)
        #expect(isRefused(try client(aggregator, certificates.authority)))
        let foreign = try await certificates.issue("foreign", for: "DNS:agent")
        #expect(isRefused(try client(aggregator, certificates.authority, as: foreign)))
        let expired = try await agents.issue("late", for: "DNS:agent", days: -1)
        #expect(isRefused(try client(aggregator, certificates.authority, as: expired)))
        #expect(try client(aggregator, certificates.authority, as: known).send(report) == 204)
    }

    @Test func doesNotStartWithoutAPair() async throws {
        let certificates = try await TestCertificates()
        let first = try await certificates.issue("first", for: "IP:127.0.0.1")
        let second = try await certificates.issue("second", for: "IP:127.0.0.1")
        for (certificate, key) in [
            (first.certificate, second.key), ("/nowhere", first.key), (first.key, first.key),
        ] {
            let failure = await #expect(throws: TestFailure.self) {
                _ = try await start(certificate, key)
            }
            #expect(failure?.description.contains("code(78)") == true, "\(failure as Any)")
        }
    }

    /// `aggregator health` with the configuration of an aggregator at this port.
    private func health(
        _ port: Int, _ pair: TestCertificates.Pair, clients: String? = nil
    ) async throws -> (exit: TestProcess.Exit, output: String) {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "health.json",
            configuration(pair.certificate, pair.key, clients: clients)
                .replacing("\"port\":0", with: "\"port\":\(port)"))
        let health = try TestProcess(
            try Repository.program("aggregator"), ["health", "--config", file])
        return (try await health.exit(), health.output)
    }

    /// It goes by the answer: whom the certificate names or when it ends is nothing that a new
    /// start of the container would mend.
    @Test func theHealthCheckGoesByTheAnswer() async throws {
        let certificates = try await TestCertificates()
        for pair in [
            try await certificates.issue("other", for: "DNS:aggregator.fleet.internal"),
            try await certificates.issue("old", for: "IP:127.0.0.1", days: -1),
        ] {
            let aggregator = try await start(pair)
            #expect(try await health(aggregator.port, pair).exit == .code(0))
        }
        let pair = try await certificates.issue("asks", for: "DNS:aggregator.fleet.internal")
        let agents = try await TestCertificates()
        let asking = try await start(pair, clients: agents.authority)
        #expect(try await health(asking.port, pair, clients: agents.authority).exit == .code(0))
        // Nobody is there.
        #expect(try await health(LocalPort.free(), pair).exit == .code(1))
        // It speaks TLS, but it is no aggregator.
        let port = try LocalPort.free()
        let server = """
            import http.server, ssl, sys
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(sys.argv[2], sys.argv[3])
            server = http.server.HTTPServer(
                ("127.0.0.1", int(sys.argv[1])), http.server.BaseHTTPRequestHandler)
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            server.serve_forever()
            """
        let stranger = try TestProcess(
            Repository.python, ["-c", server, "\(port)", pair.certificate, pair.key])
        try await LocalPort.untilAnswers(port, by: stranger)
        let (exit, output) = try await health(port, pair)
        #expect(exit == .code(1))
        #expect(output.contains("/healthz answers 501"), "\(output)")
    }
}
