import Transport
import Values
import Writing

/// Reads the agent's settings one by one, and keeps the first problem: a `throw` for each would
/// undo all that was read before it, 4 KB of the shipped agent.
///
/// A wrong setting gives some value; nobody uses it, since the problem is thrown in the end.
final class SettingReader {
    private let lookUp: (StaticString) -> String?
    private(set) var problem: SettingError?

    init(_ lookUp: @escaping (StaticString) -> String?) {
        self.lookUp = lookUp
    }

    @inline(never)
    func text(_ key: StaticString) -> String? { lookUp(key) }

    @inline(never)
    private func refuse(_ error: SettingError) {
        if problem == nil { problem = error }
    }

    @inline(never)
    private func refuse(_ key: StaticString, expected: StaticString, _ value: String?) {
        refuse(.malformed(key: key, expected: expected, value: value))
    }

    @inline(never)
    func whole(_ place: WholeSetting.Place) -> Int {
        let setting = WholeSetting.all[place.rawValue]
        guard let text = text(setting.key) else { return setting.standard }
        if let value = text.wholeNumber, setting.range.contains(value) { return value }
        refuse(.outOfRange(key: setting.key, range: setting.range, value: text))
        return setting.standard
    }

    @inline(never)
    func isOn(_ key: StaticString) -> Bool {
        guard let text = text(key) else { return false }
        let isOn = text.hasBytes(of: "on")
        if !isOn && !text.hasBytes(of: "off") { refuse(key, expected: "on or off", text) }
        return isOn
    }

    /// What is between commas.
    @inline(never)
    private func parts(of text: String) -> [String] {
        var parts: [String] = []
        var rest = text.bytes[...]
        while true {
            let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            parts.append(String(bytes: rest[..<end]))
            guard end < rest.endIndex else { return parts }
            rest = rest[(end + 1)...]
        }
    }
}

extension SettingReader {
    func metadataURI() -> String {
        let key = AgentSettings.metadataKey
        guard let text = text(key) else {
            refuse(.notInTask)
            return ""
        }
        if AggregatorAddress(text) == nil { refuse(key, expected: "an http:// address", text) }
        return text
    }

    /// One address, or two with a comma between.
    func aggregators() -> [AggregatorAddress] {
        let key: StaticString = "AGGREGATOR_URL"
        let expected: StaticString = "http://HOST:PORT or https://HOST:PORT of the aggregator"
        guard let url = text(key) else {
            refuse(.missing(key: key, expected: expected))
            return [AggregatorAddress()]
        }
        var addresses: [AggregatorAddress] = []
        let parts = parts(of: url)
        for part in parts {
            if let address = AggregatorAddress(part) { addresses.append(address) }
        }
        if addresses.count == parts.count && parts.count <= 2 { return addresses }
        // A user and password may be in it.
        refuse(key, expected: expected, url.bytes.contains(UInt8(ascii: "@")) ? nil : url)
        return [AggregatorAddress()]
    }

    func statusTargets() -> [StatusTarget] {
        let key: StaticString = "NGINX_STATUS_URL"
        let text = text(key) ?? AgentSettings.statusStandard
        let parts = parts(of: text)
        var targets: [StatusTarget] = []
        for part in parts where targets.count < AgentLimits.nginxMax {
            if let target = StatusTarget(part) { targets.append(target) }
        }
        if targets.count < parts.count {
            refuse(
                key, expected: "http://ADDRESS:PORT/PATH or unix:/SOCKET:/PATH, 1 to 8 of them",
                text)
        }
        return targets
    }

    /// Reads `80,443`; none when it is not set, which finds them.
    func ports() -> [UInt16] {
        let key: StaticString = "NGINX_PORTS"
        guard let text = text(key) else { return [] }
        var ports: [UInt16] = []
        for part in parts(of: text) {
            guard let number = part.wholeNumber, let port = UInt16(exactly: number), port > 0,
                ports.count < AgentLimits.witnessPortsMax
            else {
                refuse(key, expected: "1 to 16 port numbers with commas between", text)
                return []
            }
            if !ports.contains(port) { ports.append(port) }
        }
        return ports
    }

    func token() -> AgentSettings.Token? {
        do throws(SettingError) {
            return try AgentSettings.token(
                text("AGGREGATOR_TOKEN"), file: text("AGGREGATOR_TOKEN_FILE"))
        } catch {
            refuse(error)
            return nil
        }
    }

    func checkPair(_ certificate: String?, _ key: String?) {
        guard (certificate == nil) != (key == nil) else { return }
        refuse(
            .missing(
                key: key == nil ? "AGGREGATOR_KEY_FILE" : "AGGREGATOR_CERT_FILE",
                expected: "the other half of the agent's certificate and key"))
    }

    func check(window: Duration, sampleInterval: Duration) {
        guard window < sampleInterval else { return }
        refuse(
            "AGENT_WINDOW_MS", expected: "no shorter than a sampling interval",
            Text("").add(Int(window.wholeMilliseconds)).string)
    }

    func healthSocket() -> String? {
        let key: StaticString = "AGENT_HEALTH_SOCKET"
        let text = text(key) ?? "@fargate-agent"
        if text.hasBytes(of: "none") { return nil }
        if !(text.hasPrefixBytes(of: "@") || text.hasPrefixBytes(of: "/"))
            || !(2...107).contains(text.bytes.count)
        {
            refuse(key, expected: "@NAME, /PATH or none, up to 107 bytes", text)
        }
        return text
    }
}
