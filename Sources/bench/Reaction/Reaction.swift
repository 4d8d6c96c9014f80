import FargateLocal
import Foundation
import Platform
import Values

/// How long after a surge's first request ECS is asked for more tasks: by the agents and the
/// aggregator, and by the sample's loop, both watching the same surges on the same tasks.
///
/// Each surge is wrk with 390 connections on three tasks that had no load, enough for the
/// sample's step to 10 tasks. Time runs from the first request's arrival at the balancer to the
/// arrival of the whole UpdateService call. Both calls are then undone: new tasks take longer to
/// start than a surge lasts here. An aggregator does not come to rest at once: it keeps for minutes
/// what a surge needed. So each surge finds one that has just started, on the same tasks. The
/// sample's loop needs seconds, so it watches some of the surges only.
struct Reaction {
    private var surges = 80
    private var surgesOfPeer = 20
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
    private static let restTimeout = 20.0
    /// The longest intervals of each: its windows and polls.
    private static let beatOfOurs = 1.0
    private static let beatOfPeer = 3.0
    private static let pollTime = 0.1
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
        surgesOfPeer = value("--peer-surges").flatMap(Int.init) ?? min(surges, surgesOfPeer)
        aggregatorPath = value("--aggregator") ?? aggregatorPath
        options.programs.agent = value("--agent") ?? options.programs.agent
        wrk = value("--wrk") ?? wrk
        // Short of CPU, all would wait for it: `bench saturation` measures that.
        options.settings.vCPU = 2
        options.settings.serviceTimeMs = 400
        options.settings.concurrency = 1000
        options.settings.startDelay = Self.shortStart
        options.logsRequests = true
        // The agents find the next aggregator soon.
        options.agentEnvironment["AGENT_BACKOFF_MAX_MS"] = "100"
        if let rate = value("--samples-per-second") {
            options.agentEnvironment["AGENT_SAMPLES_PER_SECOND"] = rate
        }
        guard rest.isEmpty, surges > 0, (1...surges).contains(surgesOfPeer) else {
            throw BenchError("reaction does not know \(rest), or the surges are none")
        }
    }

    /// Runs the surges and publishes; gives whether the goal is met.
    func run() throws -> Bool {
        let port = try LocalFargate.freePort()
        var options = options
        options.agentEnvironment["AGGREGATOR_URL"] = "http://127.0.0.1:\(port)"
        let fargate = try LocalFargate(options) { print("fargate-local: \($0)") }
        defer { fargate.stop() }
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
        let scene = Scene(fargate: fargate, aggregatorPort: port, sample: sample)
        return try results(of: scene).report().publish()
    }

    /// What a surge happens in.
    private struct Scene {
        let fargate: LocalFargate
        let aggregatorPort: UInt16
        let sample: SampleLoop

        var aggregatorLog: String { "\(fargate.addresses.workDirectory)/aggregator.log" }
    }

    private func results(of scene: Scene) throws -> ReactionResults {
        var reader = SurgeReader(requests: scene.fargate.requestLog, events: scene.aggregatorLog)
        var results = ReactionResults()
        try rest(scene)
        for number in 1...surges {
            // Spread evenly over all of them.
            let isWithPeer = number * surgesOfPeer / surges > (number - 1) * surgesOfPeer / surges
            let arrivals = try watchedSurge(scene, isWithPeer: isWithPeer, &reader)
            // All of its requests are logged.
            try rest(scene)
            let first = try reader.firstRequest()
            let stages = try reader.stages(from: first, to: arrivals.ours)
            results.add(stages, peer: arrivals.peer.map { $0 - first })
            print("surge \(number): \(results.lastLine)")
        }
        return results
    }

    /// One that has just started, once it knows the tasks.
    private func aggregator(_ scene: Scene, dryRun: Bool = false) throws -> AggregatorProcess {
        let fargate = scene.fargate
        let host = fargate.addresses.host
        let aggregator = try AggregatorProcess(
            .init(
                path: aggregatorPath, address: host, port: scene.aggregatorPort,
                endpoint: fargate.addresses.endpoint, region: "us-east-1",
                configuration: AggregatorProcess.configuration(
                    address: host, port: scene.aggregatorPort, cluster: Self.cluster,
                    service: Self.service, min: Self.tasks, max: 20, target: Self.target,
                    topic: nil, headroomPercent: 0, dryRun: dryRun), token: nil),
            log: scene.aggregatorLog, guardian: fargate.guardian)
        var view: ServiceView?
        func what() -> String { "the aggregator knows the tasks: \(String(describing: view))" }
        try wait(Self.restTimeout, what(), every: 0.05) {
            view = try? ServiceView(host, port: scene.aggregatorPort)
            return view?.desiredCount == Self.tasks && view?.tasks == Self.tasks
                && (view?.load).map { $0 < 1 } ?? false
        }
        return aggregator
    }

    // MARK: One surge

    private func watchedSurge(
        _ scene: Scene, isWithPeer: Bool, _ reader: inout SurgeReader
    ) throws -> (ours: Double, peer: Double?) {
        // The agents kept the windows of the last surge, which are worth tasks: one that changes
        // nothing hears them.
        try self.aggregator(scene, dryRun: true).stop()
        let aggregator = try aggregator(scene)
        defer { aggregator.stop() }
        return try surge(scene, isWithPeer: isWithPeer, &reader)
    }

    /// When the calls arrived, in Unix milliseconds.
    private func surge(
        _ scene: Scene, isWithPeer: Bool, _ reader: inout SurgeReader
    ) throws -> (ours: Double, peer: Double?) {
        let fargate = scene.fargate
        scene.sample.watch(isWithPeer)
        Thread.sleep(
            forTimeInterval: .random(in: 0..<(isWithPeer ? Self.beatOfPeer : Self.beatOfOurs)))
        try reader.skip()
        let seen = fargate.callCount
        let front = fargate.frontPort(cluster: Self.cluster, service: Self.service) ?? 0
        let load = try FargateLocal.LoadGenerator(
            wrk: wrk, url: "http://127.0.0.1:\(front)/", connections: Self.connections,
            log: "\(fargate.addresses.workDirectory)/wrk.log", guardian: fargate.guardian)
        func arrival(_ accessKeyID: String) -> Double? {
            let call = fargate.calls(after: seen).first {
                $0.operation == "UpdateService" && $0.error == nil
                    && $0.accessKeyID == accessKeyID
            }
            guard let call else { return nil }
            let age = MonotonicClock.now() - Instant(nanoseconds: call.arrivedMonotonicNs)
            return Double(WallClock.nowUs()) / 1000 - age.inSeconds * 1000
        }
        try wait(Self.surgeTimeout, "the reaction to a surge") {
            arrival(AggregatorProcess.accessKeyID) != nil
                && (!isWithPeer || arrival(SampleLoop.accessKeyID) != nil)
        }
        scene.sample.watch(false)
        // A poll under way sees the surge as it is.
        Thread.sleep(forTimeInterval: Self.pollTime)
        let result = try load.stop()
        guard result.errors == 0, let ours = arrival(AggregatorProcess.accessKeyID) else {
            throw BenchError("the surge had \(result.errors) errors")
        }
        return (ours, isWithPeer ? arrival(SampleLoop.accessKeyID) : nil)
    }

    /// Back to three tasks without load, and nobody who scales.
    private func rest(_ scene: Scene) throws {
        let fargate = scene.fargate
        defer { fargate.setStartDelay(Self.longStart) }
        var replaces = false
        try wait(Self.restTimeout, "the service came to rest", every: 0.1) {
            let reading = FleetReading(fargate.runningTasks(Self.service))
            // Each agent's next request has begun.
            guard reading.busy <= reading.answeredCount else { return false }
            let desired = fargate.counts(cluster: Self.cluster, service: Self.service)?.desired
            if reading.answeredCount < Self.tasks, !replaces {
                // The sample's loop may have stopped a task. What starts late in its place is
                // given up first, and then another starts at once.
                replaces = true
                fargate.setStartDelay(Self.shortStart)
                setDesiredCount(max(1, reading.answeredCount), fargate)
                return false
            }
            if desired != Self.tasks {
                setDesiredCount(Self.tasks, fargate)
                return false
            }
            return reading.answeredCount == Self.tasks
        }
    }

    /// One that is refused shows in the count, and is made again.
    private func setDesiredCount(_ count: Int, _ fargate: LocalFargate) {
        _ = FormalECSClient(port: fargate.port, accessKeyID: operatorKeyID).updateService(
            cluster: Self.cluster, service: Self.service, desiredCount: count)
    }

    private func wait(
        _ seconds: Double, _ what: @autoclosure () -> String, every period: Double = 0.01,
        _ condition: () -> Bool
    ) throws {
        let end = Date().addingTimeInterval(seconds)
        while !condition() {
            guard Date() < end else { throw BenchError("not within \(seconds) s: \(what())") }
            Thread.sleep(forTimeInterval: period)
        }
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
