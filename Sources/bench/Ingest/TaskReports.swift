import Platform
import Telemetry
import Transport
import Values

/// Reports of tasks that do not exist, made as the agent makes them: encoded, compressed, and in a
/// request with its headers.
final class TaskReports {
    private let services: [(name: String, tasks: Int)]
    private let bootID = ThisProcess.randomBits()
    private var sequence: UInt64 = 0
    private var encoder = ReportEncoder()
    private var deflater: Deflater
    private var random = SeededRandom(seed: 1)

    /// The tasks of the first service come first.
    init(services: [(name: String, tasks: Int)]) throws {
        self.services = services
        deflater = try Deflater()
        identities = services.flatMap { service in
            (0..<service.tasks).map { Self.identity(service.name, task: $0) }
        }
    }

    private let identities: [TaskIdentity]
    var tasks: Int { identities.count }

    /// Requests of `rounds` further seconds of each task, or of as many test reports.
    func stock(rounds: Int, state: TaskState = .running) throws -> RequestStock {
        var stock = RequestStock(connections: tasks)
        let nowMs = WallClock.nowMs()
        for round in 0..<rounds {
            sequence += 1
            try stock.addRound { task, bytes in
                let windows = [window(startMs: nowMs + Int64(round) * 1000)]
                let report = Report(
                    identity: identities[task], bootID: bootID, sequence: sequence, state: state,
                    windows: state == .running ? windows : [])
                let body = try deflater.deflate(encoder.encode(report))
                bytes.append(contentsOf: Self.head(bodyBytes: body.count).utf8)
                bytes.append(contentsOf: body)
            }
        }
        return stock
    }

    /// What the agent's libcurl writes before the body.
    private static func head(bodyBytes: Int) -> String {
        "POST /v1/reports HTTP/1.1\r\nHost: aggregator.internal:8787\r\nAccept: */*\r\n"
            + "Content-Type: application/json\r\nContent-Encoding: deflate\r\n"
            + "User-Agent: fargate-agent/0.1.0\r\n"
            + "Authorization: Bearer \(MeasuredAggregator.token)\r\n"
            + "Content-Length: \(bodyBytes)\r\n\r\n"
    }

    private static func identity(_ service: String, task: Int) -> TaskIdentity {
        var random = SeededRandom(seed: UInt64(task) &* 31 &+ UInt64(service.utf8.count))
        let digits = (0..<32).map { _ in Array("0123456789abcdef")[Int(random.next() % 16)] }
        let arn = "arn:aws:ecs:eu-central-1:123456789012"
        let cluster = MeasuredAggregator.cluster
        return TaskIdentity(
            taskARN: "\(arn):task/\(cluster)/\(service)-\(String(digits))",
            cluster: "\(arn):cluster/\(cluster)", service: service, family: service,
            revision: "42", availabilityZone: "eu-central-1\(["a", "b", "c"][task % 3])")
    }

    /// A busy second: 20 samples, about ten requests in service.
    private func window(startMs: Int64) -> Window {
        let busy = gauge(around: 10)
        let waiting = gauge(around: 200)
        let active = GaugeSummary(
            min: busy.min + waiting.min, mean: busy.mean + waiting.mean,
            max: busy.max + waiting.max, last: busy.last + waiting.last)
        let requests = UInt64(180 + random.next() % 40)
        return Window(
            startMs: startMs, lengthMs: 1000, samples: 20, failed: 0, restarts: 0,
            gauges: WindowGauges(active: active, busy: busy, waiting: waiting),
            counters: WindowCounters(
                spanMs: 950 + Int(random.next() % 100), accepts: requests / 50,
                handled: requests / 50, requests: requests))
    }

    private func gauge(around mean: Int) -> GaugeSummary {
        let low = mean - 1 - Int(random.next() % 5)
        let high = mean + 1 + Int(random.next() % 5)
        let last = low + Int(random.next() % UInt64(high - low + 1))
        let middle = Double(low * 20 + Int(random.next() % UInt64((high - low) * 20 + 1))) / 20
        return GaugeSummary(min: low, mean: middle, max: high, last: last)
    }
}
