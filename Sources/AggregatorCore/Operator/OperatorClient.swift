import Transport

/// Speaks with a running aggregator for a person: `aggregator status`, `pause` and the like.
package struct OperatorClient {
    package enum Failure: Error, Equatable {
        case transport(TransportError)
        /// The aggregator's answer was no.
        case refused(status: Int, reason: String)
        /// No service has the name, or several have.
        case ambiguous(name: String, found: [String])

        package var text: String {
            switch self {
            case .transport(let error): error.text
            case .refused(let status, let reason): "\(status): \(reason)"
            case .ambiguous(let name, []): "no service is named \(name)"
            case .ambiguous(let name, let found):
                "several services are named \(name): \(found.joined(separator: ", "))"
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

    package func get(_ path: String) throws(Failure) -> [UInt8] {
        try send(HTTPRequest(.get, base + path))
    }

    /// `CLUSTER/SERVICE` of each service.
    package func names() throws(Failure) -> [String] {
        let json = try get("/v1/services")
        let services = (try? JSONParser.parse(json))?["services"]?.asArray ?? []
        return services.compactMap { service in
            guard let cluster = service["cluster"]?.asText, let name = service["service"]?.asText
            else { return nil }
            return "\(cluster)/\(name)"
        }
    }

    /// `CLUSTER/SERVICE` of a service that may be given by its own name, where only one has it.
    package func service(named name: String) throws(Failure) -> String {
        if name.contains("/") { return name }
        let found = try names().filter { $0.hasSuffix("/\(name)") }
        guard found.count == 1 else { throw .ambiguous(name: name, found: found) }
        return found[0]
    }

    /// Asks for a change, see `OperatorOrder`, and gives the service's JSON.
    package func post(
        _ key: ServiceKey, _ action: OperatorAction, _ body: [UInt8]
    ) throws(Failure) -> [UInt8] {
        let path = "/v1/services/\(key.cluster)/\(key.service)/\(action.rawValue)"
        var request = HTTPRequest(.post, base + path)
        request.headers = ["Content-Type: application/json"]
        if let token { request.headers.append(token.header) }
        request.body = body
        return try send(request)
    }

    private func send(_ request: HTTPRequest) throws(Failure) -> [UInt8] {
        var request = request
        // An operator goes before strangers where processors are short.
        if request.method == .get, let token { request.headers.append(token.header) }
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
