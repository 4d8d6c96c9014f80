import Foundation
import Transport

/// The shipped aggregator, configured to scale services whose tasks only report.
final class MeasuredAggregator {
    let server: ServerProcess
    private let standIn: ECSStandIn
    static let token = "0123456789abcdef0123456789abcdef"
    static let cluster = "production"

    /// `tasks` gives each service's tasks; `threads` is the configuration's.
    init(path: String, tasks: [String: Int], threads: Int, folder: URL, isPinned: Bool) throws {
        let port = try Machine.freePort()
        standIn = try ECSStandIn(cluster: Self.cluster, services: tasks)
        let document = Document(
            listen: .init(port: Int(port), threads: threads), services: tasks.keys.sorted())
        server = try ServerProcess(
            "aggregator", port: port, path: path, arguments: ["run"],
            environment: [
                "AGGREGATOR_CONFIG": String(
                    decoding: try JSONEncoder().encode(document), as: UTF8.self),
                "AGGREGATOR_TOKEN": Self.token, "AWS_ENDPOINT_URL": standIn.url,
                "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIABENCH",
                "AWS_SECRET_ACCESS_KEY": "not-a-secret",
            ], folder: folder, isPinned: isPinned)
    }

    /// Reports of all services that were taken as news.
    func accepted() throws -> Int {
        try services().reduce(0) { $0 + $1.reports.accepted }
    }

    /// Waits until ECS was heard of: from then on reports lead to decisions.
    func waitForCounts() throws {
        for _ in 0..<500 {
            if try services().allSatisfy({ $0.desiredCount != nil }) { return }
            usleep(20_000)
        }
        throw MeasurementError.notReady(what: "the aggregator", log: try server.lines())
    }

    func services() throws -> [Service] {
        struct View: Decodable { let services: [Service] }
        let transfer = HTTPTransfer()
        try transfer.prepare(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/v1/services"))
        try transfer.perform()
        return try JSONDecoder().decode(View.self, from: Data(transfer.body)).services
    }

    struct Service: Decodable {
        let service: String
        let desiredCount: Int?
        let reports: Reports
        struct Reports: Decodable { let accepted: Int }
    }

    private struct Document: Encodable {
        let listen: Listen
        let reconcileSeconds = 5
        let services: [Entry]

        init(listen: Listen, services: [String]) {
            self.listen = listen
            self.services = services.map { Entry(service: $0) }
        }

        struct Listen: Encodable {
            let address = "127.0.0.1"
            let port: Int
            let threads: Int
            // Every connection comes from one address here.
            let connectionsPerAddressMax = 0
            // It is measured at its limit, where it would ask agents to push less often.
            let overloadPercent = 0
        }

        struct Entry: Encodable {
            let cluster = MeasuredAggregator.cluster
            let service: String
            let min = 1
            let max = 5000
            let target = Target()
            struct Target: Encodable {
                let metric = "busy"
                // Above what the tasks report, so that nothing changes while it is measured.
                let value = 20
            }
        }
    }
}
