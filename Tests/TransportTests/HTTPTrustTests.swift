import TestSupport
import Testing

@testable import Transport

@Suite struct HTTPTrustTests {
    private func send(_ url: String, _ trust: HTTPTrust?) throws(TransportError) -> Int {
        var request = HTTPRequest(.get, url)
        request.trust = trust
        let transfer = HTTPTransfer()
        try transfer.prepare(request)
        return try transfer.perform()
    }

    private func isRefused(_ url: String, _ trust: HTTPTrust?) -> Bool {
        do throws(TransportError) {
            _ = try send(url, trust)
            return false
        } catch {
            if case .tlsFailed = error { return true }
            return false
        }
    }

    @Test func trustsTheAuthoritiesItIsGivenAndNoOthers() async throws {
        let ours = try await TestCertificates()
        let others = try await TestCertificates()
        let server = try await CaptureServer(tls: ours.issue("server", for: "IP:127.0.0.1"))
        #expect(try send(server.url, HTTPTrust(authoritiesFile: ours.authority)) == 200)
        #expect(isRefused(server.url, HTTPTrust(authoritiesFile: others.authority)))
        #expect(isRefused(server.url, nil))
        #expect(isRefused(server.url, HTTPTrust(authoritiesFile: "/absent.pem")))
    }

    @Test(arguments: [("DNS:example.com", 1), ("IP:127.0.0.2", 1), ("IP:127.0.0.1", -1)])
    func refusesACertificateForAnotherHostOrTime(host: String, days: Int) async throws {
        let ours = try await TestCertificates()
        let server = try await CaptureServer(
            tls: ours.issue("server", for: host, days: days))
        #expect(isRefused(server.url, HTTPTrust(authoritiesFile: ours.authority)))
        #expect(try server.requests().isEmpty)
    }

    @Test func showsItsOwnCertificate() async throws {
        let ours = try await TestCertificates()
        let client = try await ours.issue("client", for: "DNS:agent")
        let server = try await CaptureServer(
            tls: ours.issue("server", for: "IP:127.0.0.1"), clientAuthority: ours.authority)
        var trust = HTTPTrust(authoritiesFile: ours.authority)
        #expect(throws: TransportError.self) { try send(server.url, trust) }
        trust.clientCertificateFile = client.certificate
        trust.clientKeyFile = client.key
        #expect(try send(server.url, trust) == 200)
    }
}
