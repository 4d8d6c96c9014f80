import Foundation

/// CPU of the server for each report, next to nginx, which only answers, and pushgateway, which
/// takes numbers by HTTP as we do.
///
/// The servers share one core and take turns; the load generator has another one. Ours and nginx
/// are sent the same bytes over as many kept-alive connections. A push to pushgateway costs more
/// with each group that it holds, so in its favour fewer tasks push there.
struct IngestBench {
    private static let connections = 1000
    private static let rounds = 7
    private static let requestsARound = 60
    private static let pushConnections = 200
    private static let pushRounds = 3
    private static let warmUp = 5

    func run() throws -> Bool {
        try Machine.takeDescriptors(atLeast: 4 * Self.connections)
        try Machine.takeLoadCore()
        defer { Machine.leaveLoadCore() }
        let folder = try BenchFolder("ingest")
        let aggregator = try MeasuredAggregator(
            path: folder.program("aggregator"), tasks: ["web": Self.connections], threads: 1,
            folder: folder.url, isPinned: true)
        try aggregator.waitForCounts()
        let reports = try TaskReports(services: [("web", Self.connections)])
        var pushes = Pushes(tasks: Self.pushConnections)
        let first = try reports.stock(rounds: Self.warmUp)
        let ours = try Contender(aggregator.server, first)
        let nginx = try Contender(Nginx.start(folder: folder.url), first)
        let listener = try Contender(BareListener.start(folder: folder.url), first)
        let pushgateway = try Contender(
            Pushgateway.start(folder: folder.url), pushes.stock(rounds: 1))
        var sent = Self.warmUp
        for round in 0..<Self.rounds {
            let stock = try reports.stock(rounds: Self.requestsARound)
            sent += Self.requestsARound
            // The order changes, so that a drift of the machine favours none.
            let order =
                round.isMultiple(of: 2) ? [ours, nginx, listener] : [listener, nginx, ours]
            for contender in order { try contender.measure(stock) }
            if round < Self.pushRounds { try pushgateway.measure(pushes.stock(rounds: 1)) }
        }
        guard try aggregator.accepted() == sent * Self.connections else {
            throw MeasurementError.wrongAnswers(what: "the aggregator did not take every report")
        }
        for contender in [ours, nginx, listener, pushgateway] { contender.show() }
        return try BenchReport(
            name: "ingest",
            rows: [
                row("ingest next to nginx return 204", ours, nginx, goal: 1.5),
                row("ingest next to pushgateway", ours, pushgateway, goal: 0.05),
                // Kernel and libmicrohttpd: what bounds the first.
                row("of which the listener alone", listener, ours, goal: 1),
            ]
        ).publish()
    }

    private func row(
        _ name: String, _ ours: Contender, _ peer: Contender, goal: Double
    ) -> BenchRow {
        BenchRow(
            name: name, ours: ours.medianUs, peer: peer.medianUs, peerName: peer.name,
            unit: "µs CPU/request", goal: goal)
    }
}

/// One of the servers, and what its requests cost in each round.
private final class Contender {
    private let server: ServerProcess
    private let generator: LoadGenerator
    private var costsUs: [Double] = []
    private var answersPerSecond: [Double] = []
    var name: String { server.name }

    /// Connects and warms up at once: servers do not wait long for a first request.
    init(_ server: ServerProcess, _ stock: RequestStock) throws {
        self.server = server
        generator = try LoadGenerator(port: server.port, connections: stock.connections)
        _ = try send(stock)
    }

    var medianUs: Double { costsUs.sorted()[costsUs.count / 2] }

    func measure(_ stock: RequestStock) throws {
        let before = try server.usage().cpuSeconds
        let result = try send(stock)
        let used = try server.usage().cpuSeconds - before
        costsUs.append(used * 1e6 / Double(result.answers))
        answersPerSecond.append(Double(result.answers) / result.seconds)
    }

    private func send(_ stock: RequestStock) throws -> LoadResult {
        let result = try generator.run(stock)
        guard result.lost == 0, result.taken == result.answers else {
            throw MeasurementError.wrongAnswers(
                what: "\(name) answered \(result.statuses), and \(result.lost) not at all")
        }
        return result
    }

    func show() {
        let costs = costsUs.map { String(format: "%.2f", $0) }.joined(separator: " ")
        let rate = answersPerSecond.sorted()[answersPerSecond.count / 2]
        print("\(name): \(costs) µs CPU/request in turn; \(Int(rate)) requests/s")
    }
}
