import Foundation
import Platform
import Synchronization
import Telemetry
import Transport
import Values

/// One drill's surroundings: the built aggregator as a process, an ECS with faults, agents, and an
/// eye on its memory.
final class DrillWorld {
    static let token = "0123456789abcdef0123456789abcdef"
    private static let cluster = "production"

    let ecs: FaultyECS
    let port: UInt16
    private(set) var process: Process
    private let folder: BenchFolder
    private let configuration: String
    private let options: Options
    private let memory: MemoryWatch

    struct Options {
        var services = ["web": 10]
        /// Members of the document, with a comma at the end of each.
        var document = ""
        var listen = ""
        var policy = ""
        /// `nil` takes a variable away.
        var environment: [String: String?] = [:]
        /// One that several worlds share; each has its own otherwise.
        var ecs: FaultyECS?
        /// A command that becomes the one given to it.
        var wrapper: [String] = []
        var standardOutput: Int32?
        var standardError: Int32?
    }

    init(_ options: Options = Options()) throws {
        folder = try BenchFolder("drill-\(UInt32.random(in: 0 ... .max))")
        ecs = try options.ecs ?? FaultyECS(options.services)
        port = try Machine.freePort()
        self.options = options
        let services = options.services.keys.sorted().map {
            """
            {"cluster":"\(Self.cluster)","service":"\($0)","min":1,"max":200,\
            "target":{"metric":"busy","value":10},"headroomPercent":0\(options.policy)}
            """
        }
        configuration = """
            {"listen":{"address":"127.0.0.1","port":\(port)\(options.listen)},
            "log":{"format":"json"},"reconcileSeconds":1,\(options.document)
            "services":[\(services.joined(separator: ",\n"))]}
            """
        memory = MemoryWatch()
        process = Process()
        try start()
    }

    deinit {
        memory.stop()
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The largest resident memory that was seen, in megabytes.
    var megabytesMax: Int { memory.bytesMax / 1_048_576 }

    var isAlive: Bool { process.isRunning }

    var logPath: String { folder.url.path + "/log" }

    func log() -> String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    func restart(killing signal: Int32) throws {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        process = Process()
        try start()
    }

    private func start() throws {
        _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
        try log.seekToEnd()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments =
            ["--pdeathsig", "KILL"] + options.wrapper + [DrillProgram.path(folder), "run"]
        let environment: [String: String?] = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "AGGREGATOR_CONFIG": configuration,
            "AGGREGATOR_TOKEN": Self.token, "AWS_ENDPOINT_URL": ecs.url,
            "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIADRILL",
            "AWS_SECRET_ACCESS_KEY": "not-a-secret",
        ]
        process.environment = environment.merging(options.environment) { $1 }
            .merging(DrillProgram.environment.mapValues { $0 }) { $1 }.compactMapValues { $0 }
        process.standardOutput =
            options.standardOutput.map { FileHandle(fileDescriptor: $0) } ?? log
        process.standardError = options.standardError.map { FileHandle(fileDescriptor: $0) } ?? log
        try process.run()
        memory.watch(process.processIdentifier)
        for _ in 0..<500 {
            if let probe = try? LoadConnection(port: port) { return probe.close() }
            guard process.isRunning else { break }
            usleep(10_000)
        }
        throw MeasurementError.notReady(what: "the aggregator", log: self.log())
    }

    /// Whether `aggregator health` says so.
    func isHealthy() throws -> Bool {
        let health = Process()
        health.executableURL = URL(fileURLWithPath: DrillProgram.path(folder))
        health.arguments = ["health"]
        health.environment = ["AGGREGATOR_CONFIG": configuration]
        health.standardError = FileHandle.nullDevice
        try health.run()
        health.waitUntilExit()
        return health.terminationStatus == 0
    }

    func metric(_ name: String) -> Double? {
        let transfer = HTTPTransfer()
        guard (try? transfer.prepare(HTTPRequest(.get, "http://127.0.0.1:\(port)/metrics"))) != nil,
            (try? transfer.perform()) != nil
        else { return nil }
        let line = String(decoding: transfer.body, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.utf8.count + 1)) }
    }

    /// Seconds until ECS is asked for more than `count`; `nil` when it is not in time.
    func raise(
        of service: String = "web", above count: Int, since begin: Instant, within span: Duration
    ) -> Double? {
        while MonotonicClock.now() - begin < span {
            let update = ecs.updates.first {
                $0.at >= begin && $0.service == service && $0.count > count
            }
            if let update { return (update.at - begin).inSeconds }
            usleep(2_000)
        }
        return nil
    }

    static func head(bodyBytes: Int, token: String?) -> String {
        "POST /v1/reports HTTP/1.1\r\nHost: aggregator\r\nContent-Type: application/json\r\n"
            + "Content-Encoding: deflate\r\n"
            + (token.map { "Authorization: Bearer \($0)\r\n" } ?? "")
            + "Content-Length: \(bodyBytes)\r\n\r\n"
    }

    static func report(
        service: String, task: Int, bootID: UInt64, sequence: UInt64, busy: Int
    ) -> Report {
        let arn = "arn:aws:ecs:eu-central-1:123456789012"
        let gauge = GaugeSummary(min: busy, mean: Double(busy), max: busy, last: busy)
        let none = GaugeSummary(min: 0, mean: 0, max: 0, last: 0)
        let requests = UInt64(busy) * 10
        return Report(
            identity: TaskIdentity(
                taskARN: "\(arn):task/\(cluster)/\(service)-\(task)",
                cluster: "\(arn):cluster/\(cluster)", service: service, family: service,
                revision: "1", availabilityZone: nil),
            bootID: bootID, sequence: sequence, state: .running,
            windows: [
                Window(
                    startMs: WallClock.nowMs() - 1000, lengthMs: 1000, samples: 15, failed: 0,
                    restarts: 0,
                    gauges: WindowGauges(active: gauge, busy: gauge, waiting: none),
                    counters: WindowCounters(
                        spanMs: 1000, accepts: requests, handled: requests, requests: requests))
            ])
    }
}

/// Looks at a process's resident memory ten times a second.
final class MemoryWatch: Sendable {
    private let pid = Atomic<Int32>(0)
    private let most = Atomic<Int>(0)
    private let isOver = Atomic(false)

    init() {
        WorkerThread.detached(name: "memory") { [self] in
            while !isOver.load(ordering: .relaxed) {
                let id = pid.load(ordering: .relaxed)
                if id > 0, let usage = try? ProcessUsage(id: id, "the aggregator") {
                    most.max(usage.residentBytes, ordering: .relaxed)
                }
                usleep(100_000)
            }
        }
    }

    var bytesMax: Int { most.load(ordering: .relaxed) }

    func watch(_ id: Int32) { pid.store(id, ordering: .relaxed) }

    func stop() { isOver.store(true, ordering: .relaxed) }
}
