import Platform
import Telemetry
import Transport

/// The requests of a fleet of agents: reports as an agent writes and packs them, each task's with its
/// own sequence.
final class ReportRequests {
    private var reports: [Report]
    private var encoder = ReportEncoder()
    private var deflater: Deflater

    /// `services` are the names; the tasks are spread over them in blocks.
    init(tasks: Int, services: [String], cluster: String) throws {
        deflater = try Deflater()
        let startMs = WallClock.nowMs()
        reports = (0..<tasks).map { task in
            let busy = 20 + task % 10
            let gauge = { (value: Int) in
                GaugeSummary(
                    min: max(0, value - 3), mean: Double(value) + 0.25, max: value + 4, last: value)
            }
            return Report(
                identity: TaskIdentity(
                    taskARN: "arn:aws:ecs:eu-west-1:123456789012:task/\(cluster)/\(Self.id(task))",
                    cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/\(cluster)",
                    service: services[task * services.count / tasks], family: "web",
                    revision: "7", availabilityZone: "eu-west-1a"),
                bootID: ThisProcess.randomBits(), sequence: 0, state: .running,
                windows: [
                    Window(
                        startMs: startMs, lengthMs: 1000, samples: 20, failed: 0, restarts: 0,
                        gauges: WindowGauges(
                            active: gauge(busy + 40), busy: gauge(busy), waiting: gauge(40)),
                        counters: WindowCounters(
                            spanMs: 950, accepts: 3, handled: 3, requests: UInt64(200 + task % 50)))
                ])
        }
    }

    private static func id(_ task: Int) -> String {
        let hex = String(task, radix: 16)
        return String(repeating: "0", count: 32 - hex.count) + hex
    }

    /// The next report of a task as a whole HTTP request.
    func next(_ task: Int) -> [UInt8] {
        reports[task].sequence += 1
        reports[task].windows[0].startMs += 1000
        let body: [UInt8]
        do {
            body = try deflater.deflate(encoder.encode(reports[task]))
        } catch {
            preconditionFailure("zlib packs a report: \(error.text)")
        }
        return Self.head(path: "/v1/reports", length: body.count) + body
    }

    private static func head(path: String, length: Int) -> [UInt8] {
        Array(
            """
            POST \(path) HTTP/1.1\r
            Host: aggregator:8787\r
            User-Agent: agent/0.1.0\r
            Accept: */*\r
            Content-Type: application/json\r
            Content-Encoding: deflate\r
            Content-Length: \(length)\r
            \r

            """.utf8)
    }
}

/// The same numbers as a push to Prometheus' Pushgateway: one group a task.
enum PushgatewayRequests {
    static func next(_ task: Int) -> [UInt8] {
        var body = ""
        for gauge in ["active", "busy", "waiting"] {
            body += "# TYPE nginx_\(gauge) gauge\n"
            for statistic in ["min", "mean", "max", "last"] {
                body += "nginx_\(gauge){statistic=\"\(statistic)\"} \(20 + task % 10)\n"
            }
        }
        for counter in ["accepts", "handled", "requests"] {
            body += "# TYPE nginx_\(counter)_total counter\nnginx_\(counter)_total \(200 + task)\n"
        }
        let head = """
            POST /metrics/job/web/instance/task-\(task) HTTP/1.1\r
            Host: pushgateway\r
            Content-Length: \(body.utf8.count)\r
            \r

            """
        return Array((head + body).utf8)
    }
}
