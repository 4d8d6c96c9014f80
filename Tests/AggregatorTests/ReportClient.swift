import Telemetry
import TestSupport
import Transport

/// Sends reports as an agent does, over a kept connection.
final class ReportClient {
    private let url: String
    private let token: String?
    private let trust: HTTPTrust?
    private let transfer = HTTPTransfer()
    private var encoder = ReportEncoder()
    private var deflater: Deflater
    /// Connections that the last request opened.
    var connectionsOpened: Int { transfer.connectionsOpened }
    /// The reason in the last answer.
    private(set) var reason = ""
    /// A header of the last answer.
    func header(_ name: String) -> String? { transfer.header(name) }

    init(_ url: String, token: String? = nil, trust: HTTPTrust? = nil) throws {
        self.url = url
        self.token = token
        self.trust = trust
        deflater = try Deflater()
    }

    /// Sends a report and gives the answer's status.
    func send(_ report: Report) throws -> Int {
        try send(packed: pack(report))
    }

    /// The report as it travels.
    func pack(_ report: Report) throws -> [UInt8] {
        try deflater.deflate(encoder.encode(report))
    }

    func send(packed body: [UInt8]) throws -> Int {
        try send(
            body, headers: ["Content-Type: application/json", "Content-Encoding: deflate"])
    }

    func send(_ body: [UInt8], headers: [String], path: String = "/v1/reports") throws -> Int {
        var request = HTTPRequest(.post, url + path)
        request.headers = headers
        if let token { request.headers.append("Authorization: Bearer \(token)") }
        // No waiting for leave to send a long body.
        request.headers.append("Expect:")
        request.body = body
        request.trust = trust
        try transfer.prepare(request)
        let status = try transfer.perform()
        reason = String(decoding: transfer.body, as: UTF8.self)
        return status
    }

    func get(_ path: String) throws -> (status: Int, body: String) {
        var request = HTTPRequest(.get, url + path)
        request.trust = trust
        try transfer.prepare(request)
        let status = try transfer.perform()
        return (status, String(decoding: transfer.body, as: UTF8.self))
    }

    /// Whether the last decision, which is made before its report is answered, changes nothing.
    func holds() throws -> Bool {
        try get("/v1/services").body.contains(#""kind":"hold""#)
    }

    /// A running task's report.
    static func report(
        task: String, service: String? = "web", sequence: UInt64, busy: Int, boot: UInt64 = 1
    ) -> Report {
        let gauge = GaugeSummary(min: busy, mean: Double(busy), max: busy, last: busy)
        return Report(
            identity: TaskIdentity(
                taskARN: task, cluster: "demo", service: service, family: "web", revision: "1",
                availabilityZone: nil),
            bootID: boot, sequence: sequence, state: .running,
            windows: [
                Window(
                    startMs: 1_790_000_000_000, lengthMs: 1000, samples: 20, failed: 0,
                    restarts: 0,
                    gauges: WindowGauges(active: gauge, busy: gauge, waiting: gauge),
                    counters: WindowCounters(
                        spanMs: 950, accepts: 3, handled: 3, requests: 200))
            ])
    }
}
