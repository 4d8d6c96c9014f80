import FargateLocal
import Foundation
import Platform
import Telemetry

/// How long after a surge's first request ECS is asked for more tasks: by the agents and the
/// aggregator, and by the sample's loop, both watching the same surges on the same tasks.
///
/// Each surge is wrk with 390 connections on three tasks that had no load, enough for the
/// sample's step to 10 tasks. Time runs from before wrk
/// is started, which both are charged for, to the arrival of the whole UpdateService call. Both are
/// then undone: new tasks take longer to start than a surge lasts here.
struct Reaction {
    var surges = 20
    private var options = LocalFargate.Options()
    private var aggregatorPath = "\(Reaction.ownDirectory)/aggregator"
    private var wrk = FargatePrograms.find("wrk")

    private static let cluster = "local"
    private static let service = "web"
    private static let tasks = 3
    /// 130 a task: the step below 100 would take the sample *down* to 2 tasks.
    private static let connections = 390
    private static let target = 10
    /// What the service may not do in a surge.
    private static let surgeTimeout = 20.0
    private static let restTimeout = 60.0
    private static let quiet = 2.5
    private static let shortStart = Duration.milliseconds(100)
    /// Longer than a surge lasts here.
    private static let longStart = Duration.seconds(600)
    private static let ownDirectory =
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path

    private let operatorKeyID = "AKIAOPERATOR"

    init(_ arguments: [String]) throws {
        var rest = arguments
        func value(_ name: String) -> String? {
            guard let index = rest.firstIndex(of: name), index + 1 < rest.count else { return nil }
            defer { rest.removeSubrange(index...index + 1) }
            return rest[index + 1]
        }
        surges = value("--surges").flatMap(Int.init) ?? surges
        aggregatorPath = value("--aggregator") ?? aggregatorPath
        options.programs.agent = value("--agent") ?? options.programs.agent
        wrk = value("--wrk") ?? wrk
        guard rest.isEmpty else { throw BenchError("reaction does not know \(rest)") }
        options.settings.serviceTimeMs = 400
        options.settings.concurrency = 1000
        options.settings.startDelay = Self.shortStart
    }

    /// Runs the surges and publishes; gives whether the goal is met.
    func run() throws -> Bool {
        let port = try LocalFargate.freePort()
        var options = options
        options.agentEnvironment["AGGREGATOR_URL"] = "http://127.0.0.1:\(port)"
        let fargate = try LocalFargate(options) { print("fargate-local: \($0)") }
        defer { fargate.stop() }
        let aggregator = try AggregatorProcess(
            .init(
                path: aggregatorPath, port: port, endpoint: fargate.addresses.endpoint,
                region: "us-east-1",
                configuration: AggregatorProcess.configuration(
                    port: port, cluster: Self.cluster, service: Self.service, min: Self.tasks,
                    max: 20, target: Self.target, topic: nil, headroomPercent: 0), token: nil),
            log: "\(fargate.addresses.workDirectory)/aggregator.log", guardian: fargate.guardian)
        defer { aggregator.stop() }
        try fargate.createService(
            cluster: Self.cluster, name: Self.service, taskDefinition: "web:1",
            desiredCount: Self.tasks)
        try wait(20, "three tasks run") {
            fargate.runningTasks(Self.service).count == Self.tasks
        }
        fargate.setStartDelay(Self.longStart)
        let sample = SampleLoop(fargate, cluster: Self.cluster, service: Self.service)
        sample.start()
        defer { sample.stop() }
        var ours: [Double] = []
        var peer: [Double] = []
        for number in 1...surges {
            let spans = try surge(fargate)
            ours.append(spans.ours)
            peer.append(spans.peer)
            print(
                "surge \(number): ours \(Int(spans.ours)) ms, the sample's loop \(Int(spans.peer)) ms"
            )
        }
        return try publish(ours.sorted(), peer.sorted())
    }

    private func publish(_ ours: [Double], _ peer: [Double]) throws -> Bool {
        let peerName = "the sample's loop (3 s poll)"
        let median = BenchRow(
            name: "surge to UpdateService, median of \(ours.count)", ours: Self.median(ours),
            peer: Self.median(peer), peerName: peerName, unit: "ms", goal: 0.1)
        return try BenchReport(name: "reaction", rows: [median]).publish()
    }

    private static func median(_ sorted: [Double]) -> Double {
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    // MARK: One surge

    private func surge(_ fargate: LocalFargate) throws -> (ours: Double, peer: Double) {
        try reset(fargate)
        Thread.sleep(forTimeInterval: .random(in: 0..<3))
        let seen = fargate.callCount
        let startedAt = MonotonicClock.now()
        let front = fargate.frontPort(cluster: Self.cluster, service: Self.service) ?? 0
        let load = try FargateLocal.LoadGenerator(
            wrk: wrk, url: "http://127.0.0.1:\(front)/", connections: Self.connections,
            log: "\(fargate.addresses.workDirectory)/wrk.log", guardian: fargate.guardian)
        func span(_ accessKeyID: String) -> Double? {
            let call = fargate.calls(after: seen).first {
                $0.operation == "UpdateService" && $0.error == nil
                    && $0.accessKeyID == accessKeyID
            }
            guard let call else { return nil }
            return (Instant(nanoseconds: call.arrivedMonotonicNs) - startedAt).inSeconds * 1000
        }
        try wait(Self.surgeTimeout, "both have reacted") {
            span(AggregatorProcess.accessKeyID) != nil && span(SampleLoop.accessKeyID) != nil
        }
        let result = try load.stop()
        guard result.errors == 0, let ours = span(AggregatorProcess.accessKeyID),
            let peer = span(SampleLoop.accessKeyID)
        else { throw BenchError("the surge had \(result.errors) errors") }
        return (ours, peer)
    }

    /// Back to three tasks without load, known to everybody.
    private func reset(_ fargate: LocalFargate) throws {
        defer { fargate.setStartDelay(Self.longStart) }
        let end = Date().addingTimeInterval(Self.restTimeout)
        var last = ""
        while Date() < end {
            try setDesiredCount(Self.tasks, fargate)
            let seen = fargate.callCount
            Thread.sleep(forTimeInterval: Self.quiet)
            let updates = fargate.calls(after: seen).filter { $0.operation == "UpdateService" }
            let reading = FleetReading(
                statusPorts: fargate.runningTasks(Self.service).map(\.ports.status))
            if updates.isEmpty, reading.busy == 0, reading.answeredCount == Self.tasks { return }
            last =
                "busy \(reading.busy) on \(reading.answeredCount) tasks,"
                + " UpdateService by \(updates.compactMap(\.accessKeyID))"
            // The sample's loop may have seen the surge's tail and stopped a task: start another,
            // in place of what would start late.
            if reading.answeredCount < Self.tasks {
                fargate.setStartDelay(Self.shortStart)
                try setDesiredCount(reading.answeredCount, fargate)
            }
        }
        throw BenchError("the service did not come to rest within \(Self.restTimeout) s: \(last)")
    }

    private func setDesiredCount(_ count: Int, _ fargate: LocalFargate) throws {
        let client = FormalECSClient(port: fargate.port, accessKeyID: operatorKeyID)
        guard
            client.updateService(
                cluster: Self.cluster, service: Self.service, desiredCount: count)
        else { throw BenchError("UpdateService was refused") }
    }

    private func wait(_ seconds: Double, _ what: String, _ condition: () -> Bool) throws {
        let end = Date().addingTimeInterval(seconds)
        while !condition() {
            guard Date() < end else { throw BenchError("not within \(seconds) s: \(what)") }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
