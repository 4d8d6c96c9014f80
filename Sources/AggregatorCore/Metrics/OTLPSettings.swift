import Values

/// Where metrics are sent by OTLP over HTTP, as OpenTelemetry's SDKs read it from the environment.
///
/// Source: "OpenTelemetry Protocol Exporter" and "Environment Variable Specification".
struct OTLPSettings: Equatable, Sendable {
    let url: String
    /// `Name: value`.
    let headers: [String]
    let period: Duration

    /// `nil` when no endpoint is set; a value that cannot be used is named.
    init?(_ environment: (String) -> String?) throws(ConfigurationError) {
        let own = environment("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")
        let all = environment("OTEL_EXPORTER_OTLP_ENDPOINT")
        guard let url = own ?? all.map({ $0 + ($0.hasSuffix("/") ? "" : "/") + "v1/metrics" })
        else { return nil }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw Self.wrong("OTEL_EXPORTER_OTLP_ENDPOINT", "an http:// or https:// URL", url)
        }
        self.url = url
        let text =
            environment("OTEL_EXPORTER_OTLP_METRICS_HEADERS")
            ?? environment("OTEL_EXPORTER_OTLP_HEADERS") ?? ""
        headers = try text.split(separator: ",").map { pair throws(ConfigurationError) in
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, !parts[0].isEmpty else {
                // Its value may be a secret.
                throw Self.wrong("OTEL_EXPORTER_OTLP_HEADERS", "name=value,name=value", "that")
            }
            return "\(parts[0]): \(parts[1])"
        }
        let range = 1_000...3_600_000
        let interval = environment("OTEL_METRIC_EXPORT_INTERVAL") ?? "60000"
        guard let ms = Int(interval), range.contains(ms) else {
            throw Self.wrong(
                "OTEL_METRIC_EXPORT_INTERVAL",
                "\(range.lowerBound) to \(range.upperBound) milliseconds", interval)
        }
        period = .milliseconds(ms)
    }

    private static func wrong(
        _ name: String, _ allowed: String, _ given: String
    ) -> ConfigurationError {
        ConfigurationError(problems: [
            ConfigurationProblem(
                path: name, line: 0, reason: "must be \(allowed), not \(given)")
        ])
    }
}
