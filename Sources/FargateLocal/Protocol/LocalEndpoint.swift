import CFargateLocal
import FoundationEssentials
import HTTPServer

/// What people, tests and benches ask this Fargate about, under `/_local/`.
struct LocalEndpoint: Sendable {
    let store: FargateStore
    let addresses: LocalAddresses

    static let pathPrefix = "/_local/"

    func answer(path: String, _ request: borrowing HTTPRequest) -> HTTPResponse {
        switch (request.method, path.dropFirst(Self.pathPrefix.count)) {
        case (.get, "status"): Self.json(status())
        case (.get, "calls"): Self.json(since(request) { $0.calls })
        case (.get, "messages"): Self.json(since(request) { $0.messages })
        case (.post, "faults"): addFault(request.body)
        default: HTTPResponse(status: 404, text: "see /_local/status, calls, messages, faults")
        }
    }

    private static func json(_ value: some Encodable) -> HTTPResponse {
        HTTPResponse(
            status: 200, contentType: "application/json", body: Array(JSON.encode(value)))
    }

    /// The entries kept, of those after the first `?after=N` that ever were.
    private func since<Entry: Codable & Sendable>(
        _ request: borrowing HTTPRequest, _ record: (FargateState) -> Record<Entry>
    ) -> RecordPage<Entry> {
        let after = request.query("after").flatMap(Int.init) ?? 0
        let record = record(store.state.withLock { $0 })
        return RecordPage(count: record.count, entries: record.entries(after: after))
    }

    private func addFault(_ body: [UInt8]) -> HTTPResponse {
        guard let fault = try? JSONDecoder().decode(InjectedFault.self, from: Data(body)),
            (400...599).contains(fault.status), fault.count > 0
        else {
            return HTTPResponse(
                status: 400,
                text: #"expected {"operation":"UpdateService","status":400,"type":"…","count":1}"#)
        }
        store.state.withLock { $0.faults.append(fault) }
        return HTTPResponse(status: 204)
    }

    func status() -> LocalStatus {
        LocalStatus(state: store.state.withLock { $0 }, addresses: addresses)
    }
}

struct RecordPage<Entry: Codable>: Codable {
    let count: Int
    let entries: [Entry]
}

extension Record {
    func entries(after: Int) -> [Entry] {
        Array(entries.dropFirst(max(0, after - (count - entries.count))))
    }
}

/// Where this Fargate is reached.
package struct LocalAddresses: Sendable, Codable {
    /// For AWS_ENDPOINT_URL.
    package let endpoint: String
    package let region: String
    /// This machine's address, as tasks reach it.
    package let host: String
    private let port: UInt16
    package let workDirectory: String
    /// `stub_status` of the balancer.
    package let frontStatus: String
    package let processID: Int32

    init(
        port: UInt16, region: String, host: String, workDirectory: String, frontStatus: String
    ) {
        endpoint = "http://127.0.0.1:\(port)"
        self.port = port
        self.region = region
        self.host = host
        self.workDirectory = workDirectory
        self.frontStatus = frontStatus
        processID = getpid()
    }

    func metadata(_ task: String) -> String {
        "http://\(host):\(port)\(MetadataEndpoint.pathPrefix)\(task)"
    }
}
