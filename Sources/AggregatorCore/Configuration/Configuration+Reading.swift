import HTTPServer
import Scaling

extension Configuration {
    /// Reads the document; every mistake in it is reported at once.
    package static func read(
        _ text: [UInt8], secrets: Secrets = Secrets()
    ) throws(ConfigurationError) -> Configuration {
        let document: JSONValue
        do {
            document = try JSONParser.parse(text)
        } catch {
            throw ConfigurationError(problems: [
                ConfigurationProblem(path: "", line: 0, reason: "not valid JSON: \(error.text)")
            ])
        }
        var configuration = Configuration()
        configuration.secrets = secrets
        var problems: [ConfigurationProblem] = []
        if var reader = ObjectReader(document, path: "", problems: &problems) {
            configuration.read(&reader)
            problems = reader.end()
        }
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return configuration
    }

    private mutating func read(_ reader: inout ObjectReader) {
        reader.object("listen") { listen.read(&$0) }
        reader.object("log") { log.read(&$0) }
        reader.object("state") { state.read(&$0) }
        if let period = reader.seconds("reconcileSeconds", in: .seconds(1) ... .seconds(60)) {
            reconcilePeriod = period
        }
        verifiesTasks = reader.bool("verifyTasks", default: false)
        readServices(&reader)
        readTokens(&reader)
    }

    /// After the services, which they name.
    private mutating func readTokens(_ reader: inout ObjectReader) {
        let keys = services.map(\.key)
        reader.objects("tokens", countMax: AggregatorLimits.tokenScopesMax) { reader in
            guard let scope = TokenScope(&reader) else { return }
            let unknown = scope.unknown(among: keys)
            if !unknown.isEmpty {
                reader.refuse(
                    "services", reader.line,
                    "names what is not configured here: \(unknown.joined(separator: ", "))")
            }
            if tokenScopes.contains(where: { $0.variable == scope.variable }) {
                reader.refuse("variable", reader.line, "is named twice: \(scope.variable)")
            }
            tokenScopes.append(scope)
        }
    }

    private mutating func readServices(_ reader: inout ObjectReader) {
        var places: [ServiceKey: String] = [:]
        var count = 0
        reader.objects("services", countMax: AggregatorLimits.servicesMax) { reader in
            count += 1
            for service in ServiceConfiguration.read(&reader) {
                if let place = places[service.key] {
                    reader.refuse(
                        "service", reader.line,
                        "\(service.key) is configured by \(place) already; each service once")
                }
                places[service.key] = reader.path
                services.append(service)
            }
        }
        if count == 0, reader.problems.isEmpty {
            reader.refuse("services", reader.line, "must name at least one service")
        }
    }
}

extension ListenConfiguration {
    fileprivate mutating func read(_ reader: inout ObjectReader) {
        if let value = reader.string("address", bytesMax: 64) { address = value }
        if let value = reader.integer("port", in: 0...65_535) { port = value }
        if let value = reader.integer("threads", in: 1...64) { threads = value }
        if let value = reader.integer("connectionsMax", in: 64...1_000_000) {
            connectionsMax = value
        }
        if let value = reader.integer("connectionsPerAddressMax", in: 0...1_000_000) {
            connectionsPerAddressMax = value
        }
        if let value = reader.number("overloadPercent", in: 0...100) { overloadPercent = value }
        reader.object("tls") { reader in
            let certificate = reader.requiredString("certificateFile", bytesMax: 4096)
            let key = reader.requiredString("keyFile", bytesMax: 4096)
            let authorities = reader.string("clientAuthoritiesFile", bytesMax: 4096)
            guard let certificate, let key else { return }
            tls = HTTPServerTLS(
                certificateFile: certificate, keyFile: key, clientAuthoritiesFile: authorities)
        }
    }
}

extension LogConfiguration {
    fileprivate mutating func read(_ reader: inout ObjectReader) {
        if let value = reader.choice("format", LogFormat.self) { format = value }
        if let value = reader.choice("level", LogLevel.self) { level = value }
        embeddedMetricsNamespace = reader.string("embeddedMetricsNamespace")
        let range = Duration.seconds(1) ... .seconds(3_600)
        if let value = reader.seconds("embeddedMetricsSeconds", in: range) {
            embeddedMetricsPeriod = value
        }
    }
}
