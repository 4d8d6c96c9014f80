/// What must never be printed; it comes from the environment or from files, never the document.
package struct Secrets: Sendable {
    /// The tokens that agents may send; with none, reports are taken from everybody.
    package var tokens: [Token] = []
    /// The tokens of operators; with none, nobody may change the aggregator's state.
    package var operatorTokens: [Token] = []

    package init() {}

    /// Reads `AGGREGATOR_TOKEN`, or the file that `AGGREGATOR_TOKEN_FILE` names: one token, or two
    /// separated by a comma, a space or a line end, both valid while they are exchanged; and
    /// `AGGREGATOR_OPERATOR_TOKEN` or `AGGREGATOR_OPERATOR_TOKEN_FILE` in the same way.
    package static func read(
        variable: (String) -> String?, file: (String) throws(ConfigurationError) -> [UInt8]
    ) throws(ConfigurationError) -> Secrets {
        var secrets = Secrets()
        secrets.tokens = try tokens(of: .agents, variable: variable, file: file)
        secrets.operatorTokens = try tokens(of: .operators, variable: variable, file: file)
        try refuse(secrets.operatorTokens, of: .operators, amongOthers: secrets.tokens)
        return secrets
    }

    /// Whose tokens they are.
    enum Holder: String, CaseIterable {
        case agents, operators

        var variable: String {
            switch self {
            case .agents: "AGGREGATOR_TOKEN"
            case .operators: "AGGREGATOR_OPERATOR_TOKEN"
            }
        }
    }

    /// The tokens in a holder's file as they are now; `nil` when no file is named.
    static func tokensInFile(
        of holder: Holder, variable: (String) -> String?
    ) throws(ConfigurationError) -> [Token]? {
        guard variable("\(holder.variable)_FILE") != nil else { return nil }
        return try tokens(of: holder, variable: variable, file: Configuration.tokenFile)
    }

    /// A token of agents must not be one of operators: every task would be an operator.
    static func refuse(
        _ tokens: [Token], of holder: Holder, amongOthers others: [Token]
    ) throws(ConfigurationError) {
        guard tokens.contains(where: { token in others.contains { token.equals($0) } }) else {
            return
        }
        let other = holder == .agents ? Holder.operators : .agents
        throw mistake(holder.variable, "must not be a token of \(other.rawValue) too")
    }

    private static func tokens(
        of holder: Holder, variable: (String) -> String?,
        file: (String) throws(ConfigurationError) -> [UInt8]
    ) throws(ConfigurationError) -> [Token] {
        let name = holder.variable
        let text: [UInt8]
        let source: String
        switch (variable(name), variable("\(name)_FILE")) {
        case (nil, nil): return []
        case (_?, _?):
            throw mistake(name, "cannot stand beside \(name)_FILE: choose one")
        case (let value?, nil): (text, source) = (Array(value.utf8), name)
        case (nil, let path?): (text, source) = (try file(path), "\(name)_FILE")
        }
        let separators = Set(", \t\r\n".utf8)
        let parts = text.split(whereSeparator: separators.contains)
        let limits = AggregatorLimits.self
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

    private static func mistake(_ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(problems: [ConfigurationProblem(path: path, line: 0, reason: reason)])
    }
}

/// A secret that a client shows; it prints as nothing that could be used.
package struct Token: Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var description: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    package func equals(_ other: Token) -> Bool {
        other.bytes.withUnsafeBytes { equals($0) }
    }

    /// Whether these are the token's bytes; the time taken depends only on what was given.
    package func equals(_ given: UnsafeRawBufferPointer) -> Bool {
        var difference = UInt(bitPattern: given.count ^ bytes.count)
        for index in 0..<given.count {
            // Wraps around a shorter token: the length's difference has refused it already.
            difference |= UInt(given[index] ^ bytes[index % bytes.count])
        }
        return difference == 0
    }
}
