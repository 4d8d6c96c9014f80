import Telemetry
import Writing

/// What a running agent says of itself to `agent health`, as one line of JSON.
///
/// `{"v":1,"version":"0.1.0","uptimeMs":812345,"sampleAgeMs":31,"identity":"up","nginx":"up",
/// "aggregator":"down"}`; `sampleAgeMs` is left out before the first sample that succeeded.
package struct HealthState: Sendable {
    package enum Link: Sendable {
        /// Not tried yet.
        case unknown
        case up
        case down

        package var text: StaticString {
            switch self {
            case .unknown: "unknown"
            case .up: "up"
            case .down: "down"
            }
        }
    }

    package var uptimeMs: Int64
    package var sampleAgeMs: Int64?
    package var identity: Link
    package var nginx: Link
    package var aggregator: Link

    func encode() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("v", 1)
            json.member("version", AgentVersion.text)
            json.member("uptimeMs", uptimeMs)
            if let sampleAgeMs { json.member("sampleAgeMs", sampleAgeMs) }
            json.member("identity", identity.text)
            json.member("nginx", nginx.text)
            json.member("aggregator", aggregator.text)
        }
        json.endLine()
        return json.bytes
    }
}
