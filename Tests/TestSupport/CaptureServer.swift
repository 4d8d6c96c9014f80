import Foundation

/// An HTTP server of ours (Tests/Support/capture_server.py): keeps what it is sent, answers as
/// told.
package final class CaptureServer: Sendable {
    /// The answers are given in turn, the last one for ever.
    package struct Answer: Encodable, Sendable {
        package var status = 200
        package var headers: [String: String] = [:]
        package var body = ""
        /// How many times the body is sent.
        package var `repeat` = 1
        /// Seconds until it answers.
        package var delay = 0.0
        /// Closes the connection instead.
        package var drop = false

        package init(
            status: Int = 200, headers: [String: String] = [:], body: String = "",
            repeat count: Int = 1, delay: Double = 0, drop: Bool = false
        ) {
            self.status = status
            self.headers = headers
            self.body = body
            self.repeat = count
            self.delay = delay
            self.drop = drop
        }
    }

    package struct Request: Sendable {
        /// Counts the connections from 1.
        package let connection: Int
        package let method: String
        package let path: String
        /// Names in lower case.
        package let headers: [String: String]
        package let body: String
        /// Seconds on the server's monotonic clock.
        package let at: Double
    }

    package let port: Int
    private let scheme: String
    package let process: TestProcess
    private let directory: TemporaryDirectory

    /// With `tls`, it shows that certificate; with `clientAuthority`, clients must show one of its.
    package init(
        _ answers: [Answer] = [Answer()], unixSocketPath: String? = nil,
        tls: TestCertificates.Pair? = nil, clientAuthority: String? = nil
    ) async throws {
        scheme = tls == nil ? "http" : "https"
        directory = try TemporaryDirectory()
        let text = String(decoding: try JSONEncoder().encode(answers), as: UTF8.self)
        let script = try directory.write("script.json", text)
        process = try TestProcess(
            Repository.python,
            [Repository.support("capture_server.py"), script]
                + (unixSocketPath.map { ["--unix", $0] } ?? [])
                + (tls.map { ["--tls", $0.certificate, $0.key] } ?? [])
                + (clientAuthority.map { ["--client-authority", $0] } ?? []))
        try await process.output(contains: "\n")
        port = try Self.lines(process.output).first.map { try Self.decode(Port.self, $0).port } ?? 0
    }

    package var url: String { "\(scheme)://127.0.0.1:\(port)" }

    /// What it was sent so far.
    package func requests() throws -> [Request] {
        try Self.lines(process.output).dropFirst().map { line in
            let one = try Self.decode(Line.self, line)
            let headers = one.headers.map { ($0[0].lowercased(), $0[1]) }
            return Request(
                connection: one.connection, method: one.method, path: one.path,
                headers: Dictionary(headers) { _, last in last },
                body: String(decoding: Data(base64Encoded: one.body) ?? Data(), as: UTF8.self),
                at: one.at)
        }
    }

    private struct Port: Decodable { let port: Int }

    private struct Line: Decodable {
        let connection: Int
        let method: String
        let path: String
        let headers: [[String]]
        let body: String
        let at: Double
    }

    private static func lines(_ output: String) -> [Substring] {
        // The last piece is not yet a whole line, or empty.
        output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, _ line: Substring
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(line.utf8))
        } catch {
            throw TestFailure("the capture server said: \(line)")
        }
    }
}
