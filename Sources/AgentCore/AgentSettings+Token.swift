import Platform
import Writing

extension AgentSettings {
    /// The bearer token, or the file it is in.
    package enum Token: Sendable {
        case value(String)
        case file(String)
    }

    static func token(_ value: String?, file: String?) throws(SettingError) -> Token? {
        if let value {
            guard file == nil else {
                throw .conflict(key: "AGGREGATOR_TOKEN", with: "AGGREGATOR_TOKEN_FILE")
            }
            if let problem = tokenProblem(value.bytes) {
                throw .malformed(
                    key: "AGGREGATOR_TOKEN", expected: "one token, 1 to 4096 visible characters",
                    value: nil, problem: problem)
            }
            return .value(value)
        }
        guard let file else { return nil }
        let token = Token.file(file)
        _ = try token.read()
        return token
    }

    /// Why these bytes are not one token, as the aggregator would read the same secret; `nil` when
    /// they are one.
    fileprivate static func tokenProblem(_ bytes: [UInt8]) -> StaticString? {
        if bytes.isEmpty { return "it is empty" }
        if bytes.count > AgentLimits.tokenBytesMax { return "it is too long" }
        if bytes[0] == UInt8(ascii: "{") || bytes[0] == UInt8(ascii: "[") {
            return "it is JSON: name the secret's key in valueFrom"
        }
        if bytes.contains(0x0A) { return "it has several lines: the agent sends one token" }
        if bytes.contains(UInt8(ascii: ",")) {
            return "it has a comma, which parts the aggregator's two tokens: the agent sends one"
        }
        let isVisible = bytes.allSatisfy { (0x21...0x7E).contains($0) }
        return isVisible ? nil : "it has a space, or a character that is not visible ASCII"
    }
}

extension AgentSettings.Token {
    /// The token now: a file may have been replaced since.
    package func read() throws(SettingError) -> String {
        switch self {
        case .value(let value): return value
        case .file(let path):
            var bytes: [UInt8]
            do {
                bytes = try TextFile.read(path, bytesMax: AgentLimits.tokenBytesMax + 2)
            } catch {
                throw .unreadable(key: "AGGREGATOR_TOKEN_FILE", path: path, reason: error.text)
            }
            while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
            if let problem = AgentSettings.tokenProblem(bytes) {
                throw .unreadable(
                    key: "AGGREGATOR_TOKEN_FILE", path: path, reason: Text("").add(problem).string)
            }
            return String(bytes: bytes)
        }
    }
}
