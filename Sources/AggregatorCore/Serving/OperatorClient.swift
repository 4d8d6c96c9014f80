import Transport
import Writing

/// Speaks with a running aggregator for a person: `aggregator status`, `pause`, `resume`.
package struct OperatorClient {
    package enum Failure: Error, Equatable {
        case transport(TransportError)
        /// The aggregator's answer was no.
        case refused(status: Int, reason: String)

        package var text: String {
            switch self {
            case .transport(let error): error.text
            case .refused(let status, let reason): "\(status): \(reason)"
            }
        }
    }

    private let base: String
    private let token: Token?
    private let authoritiesFile: String?
    private let transfer = HTTPTransfer()

    /// Reads `AGGREGATOR_URL`, by default this machine's port 8787, `AGGREGATOR_OPERATOR_TOKEN` or
    /// `…_FILE`, and `AGGREGATOR_CA_FILE`.
    ///
    /// Of two operator tokens it shows the first; the aggregator takes either.
    package init(environment: (String) -> String?) throws(ConfigurationError) {
        let url = environment("AGGREGATOR_URL") ?? "http://127.0.0.1:8787"
        base = url.hasSuffix("/") ? String(url.dropLast()) : url
        token = try Self.token(environment)
        authoritiesFile = environment("AGGREGATOR_CA_FILE")
    }

    private static func token(
        _ environment: (String) -> String?
    ) throws(ConfigurationError) -> Token? {
        let name = TokenHolder.operators.variable
        if let tokens = try Secrets.tokensInFile(of: .operators, variable: environment) {
            return tokens.first
        }
        guard let value = environment(name) else { return nil }
        return try TokenText.tokens(Array(value.utf8), source: name).first
    }

    /// The JSON of `GET /v1/services`.
    package func services() throws(Failure) -> [UInt8] {
        try send(HTTPRequest(.get, base + "/v1/services"))
    }

    /// Pauses a service and gives its JSON.
    package func pause(
        _ key: ServiceKey, direction: String, reason: String, forSeconds: Int
    ) throws(Failure) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("direction", direction)
            json.member("reason", reason)
            json.member("forSeconds", forSeconds)
        }
        return try post(key, "pause", json.bytes)
    }

    package func resume(_ key: ServiceKey, direction: String) throws(Failure) -> [UInt8] {
        var json = JSONWriter()
        json.object { $0.member("direction", direction) }
        return try post(key, "resume", json.bytes)
    }

    private func post(
        _ key: ServiceKey, _ action: String, _ body: [UInt8]
    ) throws(Failure) -> [UInt8] {
        var request = HTTPRequest(
            .post, "\(base)/v1/services/\(key.cluster)/\(key.service)/\(action)")
        request.headers = ["Content-Type: application/json"]
        if let token { request.headers.append(token.header) }
        request.body = body
        return try send(request)
    }

    private func send(_ request: HTTPRequest) throws(Failure) -> [UInt8] {
        var request = request
        request.answerBytesMax = AggregatorLimits.statusBytesMax
        if let authoritiesFile { request.trust = HTTPTrust(authoritiesFile: authoritiesFile) }
        let status: Int
        do {
            try transfer.prepare(request)
            status = try transfer.perform()
        } catch {
            throw .transport(error)
        }
        guard status == 200 else {
            let reason = String(decoding: transfer.body, as: UTF8.self)
            throw .refused(status: status, reason: reason.trimmingNewline)
        }
        return transfer.body
    }
}

extension String {
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
