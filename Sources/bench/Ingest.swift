import Foundation

/// CPU of the server for each report over 1,000 kept-alive connections, beside nginx's `return 204`
/// to the same requests, and beside Prometheus' Pushgateway. The servers take turns on one processor;
/// the load generator has another.
struct Ingest {
    private var connections = 1_000
    private var rounds = 5
    private var gatewayRounds = 2
    private var seconds = 3.0
    private var aggregatorPath =
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path + "/aggregator"

    init(_ arguments: [String]) throws {
        var rest = arguments
        while rest.count >= 2 {
            switch rest[0] {
            case "--connections": connections = Int(rest[1]) ?? connections
            case "--rounds": rounds = Int(rest[1]) ?? rounds
            case "--gateway-rounds": gatewayRounds = Int(rest[1]) ?? gatewayRounds
            case "--seconds": seconds = Double(rest[1]) ?? seconds
            case "--aggregator": aggregatorPath = rest[1]
            default: throw BenchError("ingest does not know \(rest[0])")
            }
            rest.removeFirst(2)
        }
        guard rest.isEmpty else { throw BenchError("ingest does not know \(rest)") }
    }

    func run() throws -> Bool {
        try Processor.raiseDescriptorLimit()
        try Processor.pin(to: 1)
        let aggregator = try MeasuredAggregator(
            path: aggregatorPath, threads: 1, processor: 0, services: ["web"], tasks: connections,
            overloadPercent: 0)
        let nginx = try NginxPeer(processor: 0)
        let pushgateway = try PushgatewayPeer(processor: 0)
        let requests = try ReportRequests(
            tasks: connections, services: ["web"], cluster: MeasuredAggregator.cluster)
        let ours = Contender("aggregator", aggregator.server, PushLoad(request: requests.next))
        try ours.load.connect(connections, port: aggregator.port)
        let web = Contender("nginx", nginx.server, PushLoad(request: requests.next))
        try web.load.connect(connections, port: nginx.port)
        let gateway = Contender(
            "pushgateway", pushgateway.server, PushLoad(request: PushgatewayRequests.next))
        try gateway.load.connect(connections, port: pushgateway.port)
        for round in 1...rounds {
            for contender in [ours, web] { contender.take(seconds, round: round) }
        }
        for round in 0..<gatewayRounds { gateway.take(seconds, round: round + 1) }
        guard [ours, web, gateway].allSatisfy({ $0.failures == 0 }) else {
            throw BenchError("some requests failed")
        }
        var rows = [
            BenchRow(
                name: "CPU a report, \(connections) connections", ours: ours.median,
                peer: web.median, peerName: "nginx return 204", unit: "µs", goal: 1.5)
        ]
        if gatewayRounds > 0 {
            rows.append(
                BenchRow(
                    name: "CPU a report", ours: ours.median, peer: gateway.median,
                    peerName: "pushgateway", unit: "µs", goal: 0.05))
        }
        return try BenchReport(name: "ingest", rows: rows).publish()
    }
}

/// A server and its load; takes its turn and keeps what it cost.
private final class Contender {
    let name: String
    let server: ServerProcess
    let load: PushLoad
    private(set) var failures = 0
    private var costs: [Double] = []

    init(_ name: String, _ server: ServerProcess, _ load: PushLoad) {
        self.name = name
        self.server = server
        self.load = load
    }

    /// Microseconds a request.
    var median: Double {
        let sorted = costs.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }

    func take(_ seconds: Double, round: Int) {
        let before = server.cpuMicroseconds
        let result = load.saturate(seconds: seconds)
        let cost = (server.cpuMicroseconds - before) / Double(max(1, result.answers))
        costs.append(cost)
        failures += result.failures
        print(
            "round \(round), \(name): \(String(format: "%.2f", cost)) µs of CPU a request,"
                + " \(Int(Double(result.answers) / result.seconds)) a second,"
                + " p99 \(String(format: "%.1f", result.percentile(0.99))) ms,"
                + " \(result.failures) failed")
    }
}
