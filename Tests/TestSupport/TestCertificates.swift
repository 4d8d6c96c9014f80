/// A certificate authority of a test's own, and certificates by it; made by openssl, as PEM files.
package final class TestCertificates: Sendable {
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    private let directory: TemporaryDirectory
    private let authorityKey: String

    package init() async throws {
        directory = try TemporaryDirectory()
        authorityKey = directory.path + "/ca.key"
        try await openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
            "-days", "2", "-subj", "/CN=Test authority", "-keyout", authorityKey, "-out",
            authority,
        ])
    }

    /// The authority's certificate, to be trusted.
    package var authority: String { directory.path + "/ca.pem" }

    /// A certificate for a host (`DNS:localhost`, `IP:127.0.0.1`); a negative count of days has it
    /// expired.
    package func issue(_ name: String, for host: String, days: Int = 1) async throws -> Pair {
        let pair = Pair(
            certificate: "\(directory.path)/\(name).pem", key: "\(directory.path)/\(name).key")
        let request = "\(directory.path)/\(name).csr"
        try await openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj",
            "/CN=\(name)", "-keyout", pair.key, "-out", request,
        ])
        let extensions = try directory.write("\(name).ext", "subjectAltName=\(host)\n")
        try await openssl([
            "x509", "-req", "-in", request, "-CA", authority, "-CAkey", authorityKey, "-days",
            "\(days)", "-extfile", extensions, "-out", pair.certificate,
        ])
        return pair
    }

    private func openssl(_ arguments: [String]) async throws {
        let process = try TestProcess("openssl", arguments)
        guard try await process.exit() == .code(0) else {
            throw TestFailure("openssl \(arguments): \(process.output)")
        }
    }
}
