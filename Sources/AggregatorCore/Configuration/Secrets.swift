/// What must never be printed; it comes from the environment or from files, never the document.
package struct Secrets: Sendable {
    /// The tokens that agents may send for any service; without any token, reports are taken from
    /// everybody.
    package var tokens: [Token] = []
    /// Those that speak for some services only, in the order of the configuration's scopes.
    package var boundTokens: [[Token]] = []
    /// The tokens of operators; with none, nobody may change the aggregator's state.
    package var operatorTokens: [Token] = []

    package init() {}

    /// What a bearer check takes: a group for all services, then one for each scope.
    var agentGroups: [[Token]] { [tokens] + boundTokens }

    /// Reads `AGGREGATOR_TOKEN`, or the file that `AGGREGATOR_TOKEN_FILE` names (see `TokenText`),
    /// `AGGREGATOR_OPERATOR_TOKEN` or `…_FILE`, and each scope's variable, in the same way.
    package static func read(
        variable: (String) -> String?, file: (String) throws(ConfigurationError) -> [UInt8],
        scopes: [TokenScope] = []
    ) throws(ConfigurationError) -> Secrets {
        var secrets = Secrets()
        secrets.tokens = try tokens(of: .agents, variable: variable, file: file)
        secrets.operatorTokens = try tokens(of: .operators, variable: variable, file: file)
        for scope in scopes {
            let holder = TokenHolder(scope)
            let own = try tokens(of: holder, variable: variable, file: file)
            guard !own.isEmpty else {
                throw TokenText.mistake(
                    scope.variable, "is not set, nor is \(scope.variable)_FILE: tokens[] names it")
            }
            try refuse(own, of: holder, amongOthers: Array(secrets.agentGroups.joined()))
            secrets.boundTokens.append(own)
        }
        try refuse(
            secrets.operatorTokens, of: .operators,
            amongOthers: Array(secrets.agentGroups.joined()))
        return secrets
    }

    /// The tokens in a holder's file as they are now; `nil` when no file is named.
    static func tokensInFile(
        of holder: TokenHolder, variable: (String) -> String?
    ) throws(ConfigurationError) -> [Token]? {
        guard variable("\(holder.variable)_FILE") != nil else { return nil }
        return try tokens(of: holder, variable: variable, file: Configuration.tokenFile)
    }

    /// A token has one holder: with one of operators every task would be an operator, and with one
    /// of two scopes nobody could say for whom it speaks.
    static func refuse(
        _ tokens: [Token], of holder: TokenHolder, amongOthers others: [Token]
    ) throws(ConfigurationError) {
        guard tokens.contains(where: { token in others.contains { token.equals($0) } }) else {
            return
        }
        throw TokenText.mistake(holder.variable, "must not be a token of others too")
    }

    private static func tokens(
        of holder: TokenHolder, variable: (String) -> String?,
        file: (String) throws(ConfigurationError) -> [UInt8]
    ) throws(ConfigurationError) -> [Token] {
        let name = holder.variable
        switch (variable(name), variable("\(name)_FILE")) {
        case (nil, nil): return []
        case (_?, _?):
            throw TokenText.mistake(name, "cannot stand with \(name)_FILE: choose one")
        case (let value?, nil): return try TokenText.tokens(Array(value.utf8), source: name)
        case (nil, let path?):
            return try TokenText.tokens(try file(path), source: "\(name)_FILE")
        }
    }
}

/// Whose tokens they are, and where they are.
struct TokenHolder: Sendable {
    let name: String
    let variable: String

    static let agents = TokenHolder(name: "agents", variable: "AGGREGATOR_TOKEN")
    static let operators = TokenHolder(name: "operators", variable: "AGGREGATOR_OPERATOR_TOKEN")

    private init(name: String, variable: String) {
        (self.name, self.variable) = (name, variable)
    }

    init(_ scope: TokenScope) {
        self.init(name: scope.variable, variable: scope.variable)
    }
}
