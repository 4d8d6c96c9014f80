/// How tokens are written, wherever they stand: one, or two while they are exchanged, separated by
/// a comma, a space or a line end.
///
/// Secrets Manager gives a secret of several keys as JSON, where no key is named: that is no token,
/// however it splits.
enum TokenText {
    static func tokens(
        _ text: [UInt8], source: String
    ) throws(ConfigurationError) -> [Token] {
        let separators = Set(", \t\r\n".utf8)
        let parts = text.split(whereSeparator: separators.contains)
        let limits = AggregatorLimits.self
        if let first = parts.first?.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        {
            throw mistake(
                source,
                "is JSON, not a token: name the secret's key in valueFrom (…:secret:NAME:KEY::)")
        }
        guard (1...limits.tokensMax).contains(parts.count) else {
            throw mistake(source, "must hold 1 to \(limits.tokensMax) tokens, not \(parts.count)")
        }
        var tokens: [Token] = []
        for part in parts {
            guard (limits.tokenBytesMin...limits.tokenBytesMax).contains(part.count),
                part.allSatisfy({ (0x21..<0x7F).contains($0) })
            else {
                throw mistake(
                    source,
                    "each token must be \(limits.tokenBytesMin) to \(limits.tokenBytesMax)"
                        + " printable ASCII characters, not \(part.count)")
            }
            tokens.append(Token(Array(part)))
        }
        return tokens
    }

    static func mistake(_ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(problems: [ConfigurationProblem(path: path, line: 0, reason: reason)])
    }
}
