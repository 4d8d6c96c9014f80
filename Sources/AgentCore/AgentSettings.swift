import Transport
import Values
import Writing

/// Everything the agent can be told, all of it by the environment.
package final class AgentSettings: Sendable {
    /// Base address of the task metadata, which ECS sets (version 4).
    package let metadataURI: String
    /// The service's name where the metadata lacks it.
    package let serviceName: String?
    /// Whether the task's CPU and memory are reported too.
    package let readsTaskStats: Bool
    /// The name of the container whose share of them is told apart.
    package let backendContainer: String?
    package let statusTargets: [StatusTarget]
    /// The ports on which nginx serves; none to find them.
    package let nginxPorts: [UInt16]
    /// Where reports go: one address, whose name may have several, or two.
    package let aggregators: [AggregatorAddress]
    package let token: Token?
    /// PEM file of the authorities that vouch for the aggregator; `nil` takes the system's.
    package let authoritiesFile: String?
    /// PEM files of the certificate and the key by which the aggregator knows the agent.
    package let clientCertificateFile: String?
    package let clientKeyFile: String?
    package let sampleInterval: Duration
    package let sampleTimeout: Duration
    package let window: Duration
    package let pushRise: Int
    package let pushRisePercent: Int
    package let pushFloor: Duration
    package let pushTimeout: Duration
    package let backoffMax: Duration
    /// The unix socket on which the agent tells `agent health` its state; `nil` for none.
    package let healthSocket: String?

    package static let statusStandard = "http://127.0.0.1:8113/nginx_status"
    package static let metadataKey: StaticString = "ECS_CONTAINER_METADATA_URI_V4"

    /// Parses and validates; `lookUp` gives a variable's value. Of several problems the first is
    /// thrown.
    package init(_ lookUp: @escaping (StaticString) -> String?) throws(SettingError) {
        let reader = SettingReader(lookUp)
        metadataURI = reader.metadataURI()
        serviceName = reader.text("ECS_SERVICE_NAME")
        readsTaskStats = reader.isOn("AGENT_TASK_STATS")
        backendContainer = reader.text("AGENT_BACKEND_CONTAINER")
        statusTargets = reader.statusTargets()
        nginxPorts = reader.ports()
        aggregators = reader.aggregators()
        token = reader.token()
        authoritiesFile = reader.text("AGGREGATOR_CA_FILE")
        clientCertificateFile = reader.text("AGGREGATOR_CERT_FILE")
        clientKeyFile = reader.text("AGGREGATOR_KEY_FILE")
        reader.checkPair(clientCertificateFile, clientKeyFile)
        sampleInterval = .nanoseconds(1_000_000_000 / Int64(reader.whole(.samplesPerSecond)))
        sampleTimeout = .milliseconds(reader.whole(.sampleTimeoutMs))
        window = .milliseconds(reader.whole(.windowMs))
        pushRise = reader.whole(.pushRise)
        pushRisePercent = reader.whole(.pushRisePercent)
        pushFloor = .milliseconds(reader.whole(.pushFloorMs))
        pushTimeout = .milliseconds(reader.whole(.pushTimeoutMs))
        backoffMax = .milliseconds(reader.whole(.backoffMaxMs))
        healthSocket = reader.healthSocket()
        reader.check(window: window, sampleInterval: sampleInterval)
        if let problem = reader.problem { throw problem }
    }
}

extension AgentSettings {
    /// The first, which the probe looks at.
    var aggregator: AggregatorAddress { aggregators[0] }

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
