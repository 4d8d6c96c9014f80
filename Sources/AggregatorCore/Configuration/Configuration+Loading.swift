import Platform

extension Configuration {
    /// Reads the file, or the document in the variable `AGGREGATOR_CONFIG` when no file is named;
    /// and the secrets, unless they are not needed.
    package static func load(
        file: String?, environment: (String) -> String?, withSecrets: Bool = true
    ) throws(ConfigurationError) -> Configuration {
        let secrets =
            withSecrets ? try Secrets.read(variable: environment, file: tokenFile) : Secrets()
        if let file {
            let text = try contents(of: file, bytesMax: AggregatorLimits.configurationBytesMax)
            return try read(text, secrets: secrets)
        }
        guard let text = environment("AGGREGATOR_CONFIG") else {
            throw ConfigurationError(
                "no configuration: give --config FILE, or set AGGREGATOR_CONFIG to the document")
        }
        return try read(Array(text.utf8), secrets: secrets)
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
