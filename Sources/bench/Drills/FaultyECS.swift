import Foundation
import HTTPServer
import Platform
import Values

/// ECS with faults: the wire protocol of DescribeServices and UpdateService, the counts of services
/// whose tasks only report, and whatever goes wrong with either call.
final class FaultyECS: Sendable {
    enum Fault: Sendable {
        case none
        /// 500, at once.
        case failing
        /// Never answered; what was asked is not done.
        case hanging
        /// Done, and answered with this.
        case answering(String)
        /// Described as it was so long ago.
        case stale(Duration)
    }

    struct Update: Sendable {
        let at: Instant
        let service: String
        let count: Int
    }

    fileprivate struct Counts {
        let at: Instant
        let desired: [String: Int]
        let running: [String: Int]
    }

    fileprivate struct State {
        var history: [Counts]
        var updateFault = Fault.none
        var describeFault = Fault.none
        var updates: [Update] = []
        var hanging: [DeferredResponse] = []
    }

    private let state: Lock<State>
    private let server: Lock<HTTPServer?> = Lock(nil)
    let port: UInt16

    /// `services` are the counts that run, by name.
    init(_ services: [String: Int]) throws {
        let now = Counts(at: MonotonicClock.now(), desired: services, running: services)
        let state = Lock(State(history: [now]))
        self.state = state
        let answer = Answerer()
        let handler = Lock<FaultyECS?>(nil)
        let server = try HTTPServer(HTTPServerOptions(address: "127.0.0.1", port: 0)) { request in
            guard let ecs = handler.withLock({ $0 }) else {
                return .response(HTTPResponse(status: 503))
            }
            return answer.reply(to: request, of: ecs)
        }
        port = server.port
        self.server.withLock { $0 = server }
        handler.withLock { $0 = self }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The calls of UpdateService that were made, done or not.
    var updates: [Update] { state.withLock { $0.updates } }

    func desired(_ service: String) -> Int {
        state.withLock { $0.history.last?.desired[service] ?? 0 }
    }

    func setFaults(update: Fault = .none, describe: Fault = .none) {
        state.withLock { state in
            state.updateFault = update
            state.describeFault = describe
        }
    }

    /// Somebody else's doing.
    func set(_ service: String, desired: Int? = nil, running: Int? = nil) {
        state.withLock { $0.set(service, desired: desired, running: running) }
    }

    private struct Answerer: Sendable {
        func reply(to request: borrowing HTTPRequest, of ecs: FaultyECS) -> HTTPReply {
            let operation = request.header("X-Amz-Target")?.split(separator: ".").last ?? ""
            let body =
                (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any]
                ?? [:]
            return operation == "UpdateService"
                ? ecs.update(body, request) : ecs.describe(body, request)
        }
    }

    private func update(
        _ body: [String: Any], _ request: borrowing HTTPRequest
    ) -> HTTPReply {
        let service = (body["service"] as? String ?? "").split(separator: "/").last ?? ""
        let count = body["desiredCount"] as? Int
        let fault = state.withLock { state in
            if let count {
                state.updates.append(
                    Update(at: MonotonicClock.now(), service: String(service), count: count))
            }
            switch state.updateFault {
            case .failing, .hanging: break
            // No task starts within a drill.
            default: state.set(String(service), desired: count, running: nil)
            }
            return state.updateFault
        }
        let shape = state.withLock { Self.shape(String(service), $0.history.last) }
        return answer(["service": shape], fault, request)
    }

    private func describe(
        _ body: [String: Any], _ request: borrowing HTTPRequest
    ) -> HTTPReply {
        let names = (body["services"] as? [String] ?? []).compactMap {
            $0.split(separator: "/").last.map(String.init)
        }
        let (counts, fault) = state.withLock { state in
            var counts = state.history.last
            if case .stale(let age) = state.describeFault {
                let now = MonotonicClock.now()
                counts = state.history.last { now - $0.at >= age } ?? state.history.first
            }
            return (counts, state.describeFault)
        }
        let shapes = names.map { Self.shape($0, counts) }
        return answer(["services": shapes, "failures": [Any]()], fault, request)
    }

    private func answer(
        _ json: [String: Any], _ fault: Fault, _ request: borrowing HTTPRequest
    ) -> HTTPReply {
        switch fault {
        case .failing:
            return .response(HTTPResponse(status: 500, text: #"{"__type":"ServerException"}"#))
        case .hanging:
            let deferred = request.deferResponse()
            state.withLock { $0.hanging.append(deferred) }
            return .later
        case .answering(let text):
            return .response(
                HTTPResponse(
                    status: 200, contentType: "application/x-amz-json-1.1", body: Array(text.utf8)))
        case .none, .stale:
            let data = (try? JSONSerialization.data(withJSONObject: json)) ?? Data()
            return .response(
                HTTPResponse(
                    status: 200, contentType: "application/x-amz-json-1.1", body: Array(data)))
        }
    }

    private static func shape(_ name: String, _ counts: Counts?) -> [String: Any] {
        let arn = "arn:aws:ecs:eu-central-1:123456789012"
        return [
            "serviceArn": "\(arn):service/production/\(name)", "serviceName": name,
            "clusterArn": "\(arn):cluster/production", "status": "ACTIVE",
            "desiredCount": counts?.desired[name] ?? 0, "runningCount": counts?.running[name] ?? 0,
            "pendingCount": 0, "deployments": [Any](), "events": [Any](),
        ]
    }
}

extension FaultyECS.State {
    fileprivate mutating func set(_ service: String, desired: Int?, running: Int?) {
        guard let last = history.last else { return }
        var (newDesired, newRunning) = (last.desired, last.running)
        if let desired { newDesired[service] = desired }
        if let running { newRunning[service] = running }
        history.append(
            FaultyECS.Counts(
                at: MonotonicClock.now(), desired: newDesired, running: newRunning))
    }
}
