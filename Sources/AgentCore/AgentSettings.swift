import Platform
import Transport
import Values
import Writing

/// Everything the agent can be told, all of it by the environment.
package struct AgentSettings {
    /// Base address of the task metadata, which ECS sets (version 4).
    package var metadataURI: String
    /// The service's name where the metadata lacks it.
    package var serviceName: String?
    /// Whether the task's CPU and memory are reported too.
    package var readsTaskStats: Bool
    /// The name of the container whose share of them is told apart.
    package var backendContainer: String?
    package var statusTargets: [StatusTarget]
    /// The ports on which nginx serves; none to find them.
    package var nginxPorts: [UInt16]
    package var aggregator: AggregatorAddress
    package var token: Token?
    /// PEM file of the authorities that vouch for the aggregator; `nil` takes the system's.
    package var authoritiesFile: String?
    /// PEM files of the certificate and the key by which the aggregator knows the agent.
    package var clientCertificateFile: String?
    package var clientKeyFile: String?
    package var sampleInterval: Duration
    package var sampleTimeout: Duration
    package var window: Duration
    package var pushRise: Int
    package var pushRisePercent: Int
    package var pushFloor: Duration
    package var pushTimeout: Duration
    package var backoffMax: Duration
    /// The unix socket on which the agent tells `agent health` its state; `nil` for none.
    package var healthSocket: String?

    package static let statusStandard = "http://127.0.0.1:8113/nginx_status"
    package static let metadataKey: StaticString = "ECS_CONTAINER_METADATA_URI_V4"

    /// Parses and validates; `lookUp` gives a variable's value.
    package init(_ lookUp: (StaticString) -> String?) throws(SettingError) {
        guard let metadataURI = lookUp(Self.metadataKey) else { throw .notInTask }
        guard AggregatorAddress(metadataURI) != nil else {
            throw .malformed(
                key: Self.metadataKey, expected: "an http:// address", value: metadataURI)
        }
        self.metadataURI = metadataURI
        serviceName = lookUp("ECS_SERVICE_NAME")
        readsTaskStats = try Self.isOn("AGENT_TASK_STATS", lookUp("AGENT_TASK_STATS"))
        backendContainer = lookUp("AGENT_BACKEND_CONTAINER")
        statusTargets = try Self.targets(lookUp("NGINX_STATUS_URL") ?? Self.statusStandard)
        nginxPorts = try Self.ports(lookUp(Self.nginxPortsKey))
        let expected: StaticString = "http://HOST:PORT or https://HOST:PORT of the aggregator"
        guard let url = lookUp("AGGREGATOR_URL") else {
            throw .missing(key: "AGGREGATOR_URL", expected: expected)
        }
        guard let address = AggregatorAddress(url) else {
            // A user and password may be in it.
            let shown = url.bytes.contains(UInt8(ascii: "@")) ? nil : url
            throw .malformed(key: "AGGREGATOR_URL", expected: expected, value: shown)
        }
        aggregator = address
        token = try Self.token(lookUp("AGGREGATOR_TOKEN"), file: lookUp("AGGREGATOR_TOKEN_FILE"))
        authoritiesFile = lookUp("AGGREGATOR_CA_FILE")
        clientCertificateFile = lookUp("AGGREGATOR_CERT_FILE")
        clientKeyFile = lookUp("AGGREGATOR_KEY_FILE")
        guard (clientCertificateFile == nil) == (clientKeyFile == nil) else {
            throw .missing(
                key: clientKeyFile == nil ? "AGGREGATOR_KEY_FILE" : "AGGREGATOR_CERT_FILE",
                expected: "the other half of the agent's certificate and key")
        }
        // Thrown once for all: each throw of its own would undo all that is set before it.
        var problem: SettingError?
        func whole(_ setting: WholeSetting) -> Int {
            do throws(SettingError) {
                return try setting.parse(lookUp(setting.key))
            } catch {
                problem = problem ?? error
                return setting.standard
            }
        }
        sampleInterval = .nanoseconds(1_000_000_000 / Int64(whole(.samplesPerSecond)))
        sampleTimeout = .milliseconds(whole(.sampleTimeoutMs))
        window = .milliseconds(whole(.windowMs))
        pushRise = whole(.pushRise)
        pushRisePercent = whole(.pushRisePercent)
        pushFloor = .milliseconds(whole(.pushFloorMs))
        pushTimeout = .milliseconds(whole(.pushTimeoutMs))
        backoffMax = .milliseconds(whole(.backoffMaxMs))
        if let problem { throw problem }
        healthSocket = try Self.healthSocket(lookUp)
        guard window >= sampleInterval else {
            throw .malformed(
                key: "AGENT_WINDOW_MS", expected: "no shorter than a sampling interval",
                value: Text("").add(Int(window.wholeMilliseconds)).string)
        }
    }

    private static func isOn(
        _ key: StaticString, _ text: String?
    ) throws(SettingError) -> Bool {
        guard let text else { return false }
        if text.hasBytes(of: "on") { return true }
        if text.hasBytes(of: "off") { return false }
        throw .malformed(key: key, expected: "on or off", value: text)
    }

    /// The health socket alone: `agent health` needs no other setting.
    package static func healthSocket(
        _ lookUp: (StaticString) -> String?
    ) throws(SettingError) -> String? {
        let text = lookUp("AGENT_HEALTH_SOCKET") ?? "@fargate-agent"
        if text.hasBytes(of: "none") { return nil }
        guard text.hasPrefixBytes(of: "@") || text.hasPrefixBytes(of: "/"),
            (2...107).contains(text.bytes.count)
        else {
            throw .malformed(
                key: "AGENT_HEALTH_SOCKET", expected: "@NAME, /PATH or none, up to 107 bytes",
                value: text)
        }
        return text
    }

    private static func targets(_ text: String) throws(SettingError) -> [StatusTarget] {
        var targets: [StatusTarget] = []
        var rest = text.bytes[...]
        while true {
            let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            guard let target = StatusTarget(String(bytes: rest[..<end])),
                targets.count < AgentLimits.nginxMax
            else {
                throw .malformed(
                    key: "NGINX_STATUS_URL",
                    expected: "http://ADDRESS:PORT/PATH or unix:/SOCKET:/PATH, 1 to 8 of them",
                    value: text)
            }
            targets.append(target)
            guard end < rest.endIndex else { return targets }
            rest = rest[(end + 1)...]
        }
    }
}

extension AgentSettings {
    /// Whom a TLS connection to the aggregator trusts, where that is not only the system.
    var trust: HTTPTrust? {
        guard authoritiesFile != nil || clientCertificateFile != nil else { return nil }
        return HTTPTrust(
            authoritiesFile: authoritiesFile, clientCertificateFile: clientCertificateFile,
            clientKeyFile: clientKeyFile)
    }

    /// The settings as the log shows them at start, without the token.
    package func describe(to json: inout JSONWriter) {
        json.key("nginx")
        json.array { json in
            for target in statusTargets { json.string(target.text) }
        }
        if !nginxPorts.isEmpty {
            json.key("nginxPorts")
            json.array { json in
                for port in nginxPorts { json.integer(Int(port)) }
            }
        }
        json.member("aggregator", aggregator.base)
        json.member("token", token == nil ? "none" : "set")
        if let authoritiesFile { json.member("caFile", authoritiesFile) }
        if let clientCertificateFile { json.member("certFile", clientCertificateFile) }
        if let serviceName { json.member("serviceName", serviceName) }
        json.member("taskStats", readsTaskStats)
        if let backendContainer { json.member("backendContainer", backendContainer) }
        json.member("sampleIntervalUs", sampleInterval.wholeNanoseconds / 1000)
        json.member("sampleTimeoutMs", sampleTimeout.wholeMilliseconds)
        json.member("windowMs", window.wholeMilliseconds)
        json.member("pushRise", pushRise)
        json.member("pushRisePercent", pushRisePercent)
        json.member("pushFloorMs", pushFloor.wholeMilliseconds)
        json.member("pushTimeoutMs", pushTimeout.wholeMilliseconds)
        json.member("backoffMaxMs", backoffMax.wholeMilliseconds)
        json.member("healthSocket", healthSocket ?? "none")
    }
}
