import Control
import HTTPServer
import Platform
import Values

/// What operators may change: `POST /v1/services/{cluster}/{service}/pause` and `…/resume`.
///
/// The body of `pause` is `{"direction":"both","reason":"…","forSeconds":3600}`; that of `resume`
/// `{"direction":"both"}`, or empty. Directions are `out`, `in` and `both`; a reason is needed.
///
/// | answer | when |
/// | --- | --- |
/// | 200 | done; the service, as in `GET /v1/services` |
/// | 400 | the body: each mistake in a line |
/// | 401 | no valid operator token |
/// | 403 | no operator token is set, so nobody may |
/// | 404 | the service is not configured |
/// | 503 | in force, but not stored: it ends with the program |
///
/// Where there is a store, 200 comes when the order is durable.
package struct OperatorRoute: Sendable {
    enum Action {
        case pause, resume
    }

    private let fleet: Fleet
    private let bearer: BearerCheck
    private let keeper: StateKeeper?

    package init(fleet: Fleet, bearer: BearerCheck, keeper: StateKeeper? = nil) {
        self.fleet = fleet
        self.bearer = bearer
        self.keeper = keeper
    }

    func admits(_ request: borrowing HTTPRequest) -> Bool {
        !bearer.isOpen && request.withHeader("Authorization", bearer.passes) == true
    }

    func reply(
        to request: borrowing HTTPRequest, _ action: Action, _ key: ServiceKey
    ) -> HTTPReply {
        guard !bearer.isOpen else {
            return text(403, "set AGGREGATOR_OPERATOR_TOKEN to let operators in")
        }
        guard admits(request) else {
            var response = HTTPResponse(status: 401, text: "the operator token is needed")
            response.headers.append(HTTPResponse.Header("WWW-Authenticate", "Bearer"))
            return .response(response)
        }
        guard let service = fleet.service(key) else {
            return text(404, "service \(key.service) of cluster \(key.cluster) is not configured")
        }
        do {
            let order = try PauseOrder(request.body, needsReason: action == .pause)
            perform(order, action, on: service)
            return answer(request, of: service)
        } catch {
            return text(400, error.problems.map(\.text).joined(separator: "\n"))
        }
    }

    private func answer(
        _ request: borrowing HTTPRequest, of service: ManagedService
    ) -> HTTPReply {
        guard let keeper else { return .response(ServicesView.response(service)) }
        let later = request.deferResponse()
        keeper.persist { failure in
            guard let failure else { return later.answer(ServicesView.response(service)) }
            let words = "in force, but not stored, so that it ends with the aggregator: "
            later.answer(HTTPResponse(status: 503, text: words + failure.text))
        }
        return .later
    }

    private func perform(_ order: PauseOrder, _ action: Action, on service: ManagedService) {
        let now = MonotonicClock.now()
        switch action {
        case .pause:
            service.pause(
                ServicePause(
                    direction: order.direction, reason: order.reason, until: now + order.span,
                    untilMs: WallClock.nowMs() + order.span.wholeMilliseconds))
        case .resume: service.resume(order.direction, now: now)
        }
    }

    private func text(_ status: Int, _ text: String) -> HTTPReply {
        .response(HTTPResponse(status: status, text: text))
    }
}

/// The body of an operator's request.
struct PauseOrder: Equatable {
    var direction = PauseDirection.both
    var reason = ""
    var span = AggregatorLimits.pauseDefault

    init(_ body: [UInt8], needsReason: Bool) throws(ConfigurationError) {
        let limits = AggregatorLimits.self
        var problems: [ConfigurationProblem] = []
        guard body.count <= limits.operatorBodyBytesMax else {
            throw ConfigurationError(problems: [
                ConfigurationProblem(
                    path: "", line: 0,
                    reason: "the body is longer than \(limits.operatorBodyBytesMax) bytes")
            ])
        }
        do {
            let document = try JSONParser.parse(body.isEmpty ? Array("{}".utf8) : body)
            if var reader = ObjectReader(document, path: "", problems: &problems) {
                direction = reader.choice("direction", PauseDirection.self) ?? .both
                if needsReason {
                    reason =
                        reader.requiredString("reason", bytesMax: limits.pauseReasonBytesMax) ?? ""
                    let range = limits.pauseMin...limits.pauseMax
                    span = reader.seconds("forSeconds", in: range) ?? limits.pauseDefault
                }
                problems = reader.end()
            }
        } catch {
            problems = [ConfigurationProblem(path: "", line: 0, reason: error.text)]
        }
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    }
}
