import HTTPServer
import Platform
import Scaling
import Values
import Writing

/// What `GET /v1/services/{cluster}/{service}/tasks`, `…/decisions` and `…/history` answer.
struct HistoryView: Sendable {
    enum Part: String, CaseIterable {
        case tasks, decisions, history
    }

    let fleet: Fleet

    func response(_ part: Part, _ key: ServiceKey, _ request: borrowing HTTPRequest) -> HTTPResponse
    {
        guard let service = fleet.service(key) else {
            return HTTPResponse(
                status: 404,
                text: "service \(key.service) of cluster \(key.cluster) is not configured here")
        }
        switch part {
        case .tasks: return Self.tasks(service)
        case .decisions:
            guard let after = Self.number(request.query("after"), 0),
                let last = Self.number(request.query("last"), .max)
            else { return Self.wrong("after and last are whole numbers from 0") }
            return Self.decisions(service, after: after, last: last)
        case .history:
            guard let since = Self.number(request.query("since"), 0) else {
                return Self.wrong("since is a whole number of Unix milliseconds")
            }
            switch request.query("step") ?? "second" {
            case "second": return Self.history(service.history.seconds, since: since)
            case "minute": return Self.history(service.history.minutes, since: since)
            default: return Self.wrong("step is second or minute")
            }
        }
    }

    /// `nil` when it is no whole number from 0.
    private static func number(_ text: String?, _ none: Int) -> Int? {
        guard let text else { return none }
        return Int(text).flatMap { $0 >= 0 ? $0 : nil }
    }

    private static func wrong(_ reason: String) -> HTTPResponse {
        HTTPResponse(status: 400, text: reason)
    }

    private static func tasks(_ service: ManagedService) -> HTTPResponse {
        let now = MonotonicClock.now()
        return list("tasks", of: service, service.tasks) { write($0, now: now, to: &$1) }
    }

    private static func list<Item>(
        _ name: StaticString, of service: ManagedService, _ items: [Item],
        _ write: (Item, inout JSONWriter) -> Void
    ) -> HTTPResponse {
        .json { json in
            json.object { json in
                json.member("cluster", service.key.cluster)
                json.member("service", service.key.service)
                json.key(name)
                json.array { json in
                    for item in items { write(item, &json) }
                }
            }
        }
    }

    private static func write(_ task: TaskView, now: Instant, to json: inout JSONWriter) {
        json.object { json in
            json.member("arn", task.arn)
            json.member("state", task.state.rawValue)
            json.member("knownSeconds", thousandths: (now - task.firstSeenAt).inSeconds)
            json.member("heardSecondsAgo", thousandths: (now - task.heardAt).inSeconds)
            if let busy = task.busy { json.member("busy", thousandths: busy) }
            if let rate = task.requestsPerSecond {
                json.member("requestsPerSecond", thousandths: rate)
            }
            if let cpu = task.cpu { json.member("cpu", thousandths: cpu) }
            if let memory = task.memory { json.member("memory", thousandths: memory) }
        }
    }

    private static func decisions(
        _ service: ManagedService, after: Int, last: Int
    ) -> HTTPResponse {
        let entries = service.history.entries(after: after, countMax: last)
        return list("decisions", of: service, entries) { $1.whole($0.json) }
    }

    /// Columns, as many values in each: a chart takes them as they are.
    private static func history(_ points: [HistoryPoint], since: Int) -> HTTPResponse {
        let points = points.filter { $0.ms > since }
        return .json { json in
            json.object { json in
                column("time", points, &json) { $1.integer($0.ms) }
                column("desired", points, &json) { count($0.desired, &$1) }
                column("running", points, &json) { count($0.running, &$1) }
                column("pending", points, &json) { count($0.pending, &$1) }
                // What is no number is written as null.
                column("demand", points, &json) { $1.thousandths(of: Double($0.demand)) }
                column("planned", points, &json) { $1.thousandths(of: Double($0.planned)) }
                column("live", points, &json) { $1.integer($0.live) }
                column("saturated", points, &json) { $1.integer($0.saturated) }
            }
        }
    }

    private static func column(
        _ name: StaticString, _ points: [HistoryPoint], _ json: inout JSONWriter,
        _ write: (HistoryPoint, inout JSONWriter) -> Void
    ) {
        json.key(name)
        json.array { json in
            for point in points { write(point, &json) }
        }
    }

    private static func count(_ value: Int32, _ json: inout JSONWriter) {
        if value < 0 { json.thousandths(of: .nan) } else { json.integer(value) }
    }
}

extension HTTPResponse {
    static func json(_ write: (inout JSONWriter) -> Void) -> HTTPResponse {
        var json = JSONWriter()
        write(&json)
        return HTTPResponse(status: 200, contentType: "application/json", body: json.bytes)
    }
}
