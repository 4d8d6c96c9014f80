import Foundation

/// Three services of 5,000 tasks each, every task with a connection of its own and a report a second:
/// what is lost, how long until the decision (made before the answer), and the memory it takes.
struct Fleet {
    private var tasks = 15_000
    private var seconds = 30
    private var threads = 2
    private var aggregatorPath =
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path + "/aggregator"

    init(_ arguments: [String]) throws {
        var rest = arguments
        while rest.count >= 2 {
            switch rest[0] {
            case "--tasks": tasks = Int(rest[1]) ?? tasks
            case "--seconds": seconds = Int(rest[1]) ?? seconds
            case "--threads": threads = Int(rest[1]) ?? threads
            case "--aggregator": aggregatorPath = rest[1]
            default: throw BenchError("fleet does not know \(rest[0])")
            }
            rest.removeFirst(2)
        }
        guard rest.isEmpty else { throw BenchError("fleet does not know \(rest)") }
    }

    private static let services = ["web", "other", "third"]

    func run() throws -> Bool {
        try Processor.raiseDescriptorLimit()
        let aggregator = try MeasuredAggregator(
            path: aggregatorPath, threads: threads, processor: nil, services: Self.services,
            tasks: tasks / Self.services.count)
        let requests = try ReportRequests(
            tasks: tasks, services: Self.services, cluster: MeasuredAggregator.cluster)
        let load = PushLoad(request: requests.next)
        let idle = aggregator.server.residentBytes
        try load.connect(tasks, port: aggregator.port)
        Thread.sleep(forTimeInterval: 1)
        let connected = aggregator.server.residentBytes
        let first = load.pace(seconds: 3)
        let before = aggregator.server.cpuMicroseconds
        let result = load.pace(seconds: seconds)
        let cpu = (aggregator.server.cpuMicroseconds - before) / Double(max(1, result.answers))
        let loaded = aggregator.server.residentBytes
        print(
            "\(tasks) tasks on \(tasks) connections, \(result.answers) reports in"
                + " \(Int(result.seconds)) s: \(result.failures + first.failures) lost,"
                + " \(result.late) late; \(String(format: "%.1f", cpu)) µs of CPU a report;"
                + " resident \(Int(idle / 1e6)) MB, connected \(Int(connected / 1e6)) MB,"
                + " loaded \(Int(loaded / 1e6)) MB;"
                + " p50 \(Self.text(result.percentile(0.5))) ms,"
                + " p99 \(Self.text(result.percentile(0.99))) ms,"
                + " p99.9 \(Self.text(result.percentile(0.999))) ms")
        guard result.failures + first.failures + result.late == 0 else {
            throw BenchError("reports were lost or late")
        }
        return try BenchReport(
            name: "fleet",
            rows: [
                Self.goal("99th percentile, sent to decided", result.percentile(0.99), 50, "ms"),
                Self.goal(
                    "memory a connection and its task", (loaded - idle) / Double(tasks) / 1024,
                    14, "KB"),
            ]
        ).publish()
    }

    /// A goal without a peer: the limit stands in its place.
    private static func goal(
        _ name: String, _ ours: Double, _ limit: Double, _ unit: String
    ) -> BenchRow {
        BenchRow(name: name, ours: ours, peer: limit, peerName: "limit", unit: unit, goal: 1)
    }

    private static func text(_ value: Double) -> String { String(format: "%.1f", value) }
}
