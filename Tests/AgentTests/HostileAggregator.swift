import Foundation
import TestSupport
import Transport

/// An aggregator that can misbehave, with a task's metadata endpoint (hostile_aggregator.py).
final class HostileAggregator: Sendable {
    /// A report as it was received.
    struct Received: Decodable {
        struct Body: Decodable {
            struct Task: Decodable {
                let arn, cluster, family, revision: String
                let service: String?
            }
            struct Window: Decodable {
                struct Gauge: Decodable { let min, max, last: Int, mean: Double }
                struct Gauges: Decodable { let active, busy, waiting: Gauge }
                struct Counters: Decodable { let span, accepts, handled, requests: Int }
                struct Usage: Decodable {
                    let cpu, memory, backendCPU, backendMemory: Double?
                }
                let usage: Usage?
                let start, length, samples, failed, restarts: Int
                let gauges: Gauges?
                let counters: Counters?
            }
            struct Clock: Decodable {
                let errorMs: Double
                let synchronized: Bool
            }
            let clock: Clock?
            let task: Task
            let boot: String
            let seq: Int
            let state: String
            let windows: [Window]
        }
        /// Seconds on the monotonic clock of this machine.
        let at: Double
        let connection: Int
        let line: String
        let headers: [String: String]
        let report: Body
    }

    /// How the aggregator behaves from now on.
    enum Mode {
        case ok
        case slow(seconds: Double)
        case hang
        /// The port is closed and every connection is cut.
        case refuse
        case reset
        case close
        case garbage
        case endless
        /// Accepts a TLS connection and never shakes hands.
        case noTLS
        case status(Int, body: String = "", headers: [String: String] = [:])

        var json: [String: Any] {
            switch self {
            case .ok: ["kind": "ok"]
            case .slow(let seconds): ["kind": "slow", "seconds": seconds]
            case .hang: ["kind": "hang"]
            case .refuse: ["kind": "refuse"]
            case .reset: ["kind": "reset"]
            case .close: ["kind": "close"]
            case .garbage: ["kind": "garbage"]
            case .endless: ["kind": "endless"]
            case .noTLS: ["kind": "no-tls"]
            case .status(let status, let body, let headers):
                ["kind": "status", "status": status, "body": body, "headers": headers]
            }
        }
    }

    let process: TestProcess
    private let controlPort: Int
    let port: Int

    private struct Ports: Decodable { let control, aggregator: Int }

    private let isSecure: Bool

    /// Speaks TLS when it has a certificate.
    init(tls identity: TestCertificates.Pair? = nil) async throws {
        isSecure = identity != nil
        process = try TestProcess(
            Repository.python,
            ["-u", Repository.support("hostile_aggregator.py")]
                + (identity.map { [$0.certificate, $0.key] } ?? []))
        try await process.output(contains: "}\n", within: .seconds(30))
        let line = process.output.split(separator: "\n").first ?? ""
        let ports = try JSONDecoder().decode(Ports.self, from: Data(line.utf8))
        controlPort = ports.control
        port = ports.aggregator
    }

    var url: String { "\(isSecure ? "https" : "http")://127.0.0.1:\(port)" }
    var metadataURI: String { "http://127.0.0.1:\(controlPort)/v4" }

    func set(_ mode: Mode) throws {
        _ = try control(.put, "/mode", JSONSerialization.data(withJSONObject: mode.json))
    }

    func setMetadata(status: Int, body: String) throws {
        let answer: [String: Any] = ["status": status, "body": body]
        _ = try control(.put, "/metadata", JSONSerialization.data(withJSONObject: answer))
    }

    func reports() throws -> [Received] {
        let body = try control(.get, "/reports", Data())
        return try JSONDecoder().decode([Received].self, from: body)
    }

    /// Waits until the reports so far satisfy a condition, and gives them.
    func reports(
        _ what: String, within span: Duration = .seconds(15),
        until condition: @escaping ([Received]) -> Bool
    ) async throws -> [Received] {
        var latest: [Received] = []
        try await eventually("\(what); \(latest.count) reports", within: span) {
            latest = try self.reports()
            return condition(latest)
        }
        return latest
    }

    private func control(
        _ method: HTTPRequest.Method, _ path: String, _ body: Data
    ) throws -> Data {
        let transfer = HTTPTransfer()
        var request = HTTPRequest(method, "http://127.0.0.1:\(controlPort)\(path)")
        request.body = Array(body)
        request.answerBytesMax = 16 * 1024 * 1024
        try transfer.prepare(request)
        guard try transfer.perform() == 200 else { throw TestFailure("control: \(path)") }
        return Data(transfer.body)
    }
}
