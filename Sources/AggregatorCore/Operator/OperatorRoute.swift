import Control
import HTTPServer
import Platform
import Values

/// What operators may change: `POST /v1/services/{cluster}/{service}/{action}`, the actions and
/// their bodies those of `OperatorOrder`.
///
/// | answer | when |
/// | --- | --- |
/// | 200 | done; the service, as in `GET /v1/services` |
/// | 400 | the body: each mistake in a line |
/// | 401 | no valid operator token |
/// | 403 | no operator token is set, so nobody may |
/// | 404 | the service is not configured |
/// | 409 | it contradicts what is in force: a floor above max, a ceiling below min |
/// | 503 | it is in force, but could not be stored |
///
/// Where there is a store, 200 comes when the order is durable.
package struct OperatorRoute: Sendable {
    private let fleet: Fleet
    private let bearer: BearerCheck
    private let session: SessionRoute
    private let keeper: StateKeeper?

    init(
        fleet: Fleet, bearer: BearerCheck, session: SessionRoute, keeper: StateKeeper? = nil
    ) {
        self.keeper = keeper
        self.fleet = fleet
        self.bearer = bearer
        self.session = session
    }

    /// By an operator's token, or by the session of the page.
    func admits(_ request: borrowing HTTPRequest) -> Bool {
        guard !bearer.isOpen else { return false }
        return request.withHeader("Authorization", bearer.passes) == true
            || session.admits(request)
    }

    func reply(
        to request: borrowing HTTPRequest, _ action: OperatorAction, _ key: ServiceKey
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
            let order = try OperatorOrder(action, request.body)
            if let refusal = service.obey(order) { return text(409, refusal.reason) }
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

    private func text(_ status: Int, _ text: String) -> HTTPReply {
        .response(HTTPResponse(status: status, text: text))
    }
}

extension ManagedService {
    /// Does what an operator asks; why not, when it contradicts what is in force.
    func obey(_ order: OperatorOrder) -> OverrideRefusal? {
        let now = MonotonicClock.now()
        switch order {
        case .override(let setting, let reason, let span):
            return override(
                ServiceOverride(
                    setting, reason: reason, until: now + span,
                    untilMs: WallClock.nowMs() + span.wholeMilliseconds), now: now)
        case .resume(let direction): resume(direction, now: now)
        case .lift(let kind): lift(kind, now: now)
        }
        return nil
    }
}
