import Foundation
import Platform

/// A whole fleet: 5,000 tasks of one service and 10,000 of others, each with a connection of its
/// own over which it reports every second.
///
/// The decision is made before a report is answered, so the answer's time bounds the decision's.
/// Memory: what resident memory grows by when the connections come and each has carried a test
/// report, which keeps no task; then by when every connection reports for a task.
struct FleetBench {
    private static let services =
        [(name: "web", tasks: 5000)] + (0..<10).map { (name: "side-\($0)", tasks: 1000) }
    private static let seconds = 20
    private static let connectionBytesGoal = 10_240.0
    private static let taskBytesGoal = 4096.0
    private static let latencyMsGoal = 50.0

    func run() throws -> Bool {
        let reports = try TaskReports(services: Self.services)
        let tasks = reports.tasks
        try Machine.takeDescriptors(atLeast: tasks + 100)
        let folder = try BenchFolder("fleet")
        let aggregator = try MeasuredAggregator(
            path: folder.program("aggregator"),
            tasks: Dictionary(uniqueKeysWithValues: Self.services), threads: 2,
            folder: folder.url, isPinned: false)
        try aggregator.waitForCounts()
        let probes = try reports.stock(rounds: 2, state: .probe)
        let first = try reports.stock(rounds: 2)
        let steady = try reports.stock(rounds: Self.seconds)

        let idle = try aggregator.server.usage()
        let generator = try LoadGenerator(port: aggregator.server.port, connections: tasks)
        try check(generator.run(probes, period: .seconds(1)))
        let connected = try aggregator.server.usage()
        try check(generator.run(first, period: .seconds(1)))
        let before = try aggregator.server.usage()
        let result = try generator.run(steady, period: .seconds(1))
        try check(result)
        let after = try aggregator.server.usage()
        guard try aggregator.accepted() == tasks * (Self.seconds + 2) else {
            throw MeasurementError.wrongAnswers(what: "the aggregator did not take every report")
        }
        show(result, cpu: after.cpuSeconds - before.cpuSeconds, bytes: after.residentBytes)
        return try publish(
            connectionBytes: Double(connected.residentBytes - idle.residentBytes) / Double(tasks),
            taskBytes: Double(after.residentBytes - connected.residentBytes) / Double(tasks),
            latencyMs: result.latencyMs(percent: 99))
    }

    private func check(_ result: LoadResult) throws {
        guard result.lost == 0, result.statuses.keys.allSatisfy({ $0 == 204 }) else {
            throw MeasurementError.wrongAnswers(
                what: "answers \(result.statuses), and \(result.lost) reports were lost")
        }
    }

    private func show(_ result: LoadResult, cpu: Double, bytes: Int) {
        let perSecond = Double(result.answers) / result.seconds
        print(
            "\(result.answers) reports in \(Int(result.seconds.rounded())) s, \(Int(perSecond))/s,"
                + " none lost; aggregator: \(Int(cpu / result.seconds * 100)) % of a core,"
                + " \(bytes / 1_048_576) MB resident")
        let shares = [50.0, 90, 99, 99.9, 100]
        print(
            "sent to answered: "
                + shares.map { "\($0) % \(ms(result.latencyMs(percent: $0)))" }
                .joined(separator: ", "))
        print(
            "the load generator's own delay: "
                + shares.map { "\($0) % \(ms(result.delayMs(percent: $0)))" }
                .joined(separator: ", "))
    }

    private func ms(_ value: Double) -> String { String(format: "%.2f ms", value) }

    /// The goals are limits of ours: they stand where a peer would.
    private func publish(
        connectionBytes: Double, taskBytes: Double, latencyMs: Double
    ) throws -> Bool {
        func row(_ name: String, _ ours: Double, _ unit: String, limit: Double) -> BenchRow {
            BenchRow(
                name: name, ours: ours, peer: limit, peerName: "the limit", unit: unit, goal: 1)
        }
        return try BenchReport(
            name: "fleet",
            rows: [
                row(
                    "memory of a connection", connectionBytes, "bytes",
                    limit: Self.connectionBytesGoal),
                row("memory of a task", taskBytes, "bytes", limit: Self.taskBytesGoal),
                row(
                    "report sent to decision made, 99th percentile", latencyMs, "ms",
                    limit: Self.latencyMsGoal),
            ]
        ).publish()
    }
}
