import Platform

extension Configuration {
    /// Reads the file, or the document in the variable `AGGREGATOR_CONFIG` when no file is named;
    /// and the secrets, unless they are not needed.
    package static func load(
        file: String?, environment: (String) -> String?, withSecrets: Bool = true
    ) throws(ConfigurationError) -> Configuration {
        let text: [UInt8]
        if let file {
            text = try contents(of: file, bytesMax: AggregatorLimits.configurationBytesMax)
        } else if let variable = environment("AGGREGATOR_CONFIG") {
            text = Array(variable.utf8)
        } else {
            throw ConfigurationError(
                "no configuration: give --config FILE, or set AGGREGATOR_CONFIG to the document")
        }
        var configuration = try read(text)
        if withSecrets {
            configuration.secrets = try Secrets.read(
                variable: environment, file: tokenFile, scopes: configuration.tokenScopes)
        }
        return configuration
    }

    static func tokenFile(_ path: String) throws(ConfigurationError) -> [UInt8] {
        try contents(of: path, bytesMax: AggregatorLimits.tokenFileBytesMax)
    }

    private static func contents(
        of path: String, bytesMax: Int
    ) throws(ConfigurationError) -> [UInt8] {
        do {
            return try TextFile.read(path, bytesMax: bytesMax)
        } catch {
            throw ConfigurationError("\(path) is not readable: \(error.text)")
        }
    }
}

extension ConfigurationError {
    fileprivate init(_ reason: String) {
        self.init(problems: [ConfigurationProblem(path: "", line: 0, reason: reason)])
    }
}
