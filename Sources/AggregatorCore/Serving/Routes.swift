import HTTPServer

/// Which part answers which path.
///
/// | path | answer |
/// | --- | --- |
/// | `POST /v1/reports` | see `ReportRoute` |
/// | `GET /v1/services` | every service: what is seen, decided and why |
/// | `GET /v1/services/{cluster}/{service}` | one of them |
/// | `POST /v1/services/{cluster}/{service}/{action}` | see `OperatorRoute` |
/// | `GET /v1/services/{cluster}/{service}/tasks`, `…/decisions`, `…/history` | `HistoryView` |
/// | `GET /v1/events` | see `EventHub` |
/// | `GET`, `POST`, `DELETE /v1/session` | see `SessionRoute` |
/// | `GET /`, `/page.css`, `/page.js`, `/icon.svg`, `/v1/openapi.json` | see `PageRoute` |
/// | `GET /metrics` | see `MetricsView` |
/// | `GET /healthz` | 200 as long as the process serves |
/// | `GET /readyz` | 200 once ECS has answered, 503 before |
package struct Routes: Sendable {
    private let reports: ReportRoute
    private let people: PeopleRoutes
    private let metrics: MetricsView
    /// How old the oldest counts are; `nil` until ECS answered.
    private let readiness: @Sendable () -> Duration?

    init(
        reports: ReportRoute, people: PeopleRoutes, metrics: MetricsView,
        readiness: @escaping @Sendable () -> Duration?
    ) {
        self.reports = reports
        self.people = people
        self.metrics = metrics
        self.readiness = readiness
    }

    /// By the head alone: of strangers no body is held.
    package func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission {
        if request.method == .post, request.isPath("/v1/reports") { return reports.admit(request) }
        if people.operators.admits(request) { return .trusted(mark: 0) }
        let signsIn = request.method == .post && request.isPath("/v1/session")
        return signsIn ? .taken : .withoutBody
    }

    package func reply(to request: borrowing HTTPRequest) -> HTTPReply {
        if request.isPath("/v1/reports") {
            return request.method == .post
                ? reports.reply(to: request) : .prepared(Answer.notPost)
        }
        let isRead = request.method == .get || request.method == .head
        let path = request.path
        switch path {
        case "/healthz": return .prepared(isRead ? Answer.healthy : Answer.notGet)
        case "/readyz":
            guard isRead else { return .prepared(Answer.notGet) }
            guard let age = readiness() else { return .prepared(Answer.notReady) }
            let text = "ready: the oldest counts of ECS are \(age.wholeMilliseconds / 1000) s old"
            return .response(HTTPResponse(status: 200, text: text))
        case "/metrics": return isRead ? .response(metrics.response()) : .prepared(Answer.notGet)
        case "/v1/services":
            return isRead ? .response(people.services.response()) : .prepared(Answer.notGet)
        case "/v1/events":
            guard request.method == .get else { return .prepared(Answer.notGet) }
            return people.events.reply(isStranger: !people.operators.admits(request))
        case "/v1/session": return people.session.reply(to: request)
        default:
            if let reply = people.page.reply(to: request, path) {
                return isRead ? reply : .prepared(Answer.notGet)
            }
            return service(request, path, isRead: isRead)
        }
    }

    /// `/v1/services/{cluster}/{service}` and what is below.
    private func service(
        _ request: borrowing HTTPRequest, _ path: String, isRead: Bool
    ) -> HTTPReply {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (5...6).contains(parts.count), parts[1] == "v1", parts[2] == "services" else {
            return .prepared(Answer.notFound)
        }
        let key = ServiceKey(cluster: parts[3], service: parts[4])
        if parts.count == 5 {
            return isRead ? .response(people.services.response(key)) : .prepared(Answer.notGet)
        }
        if let part = HistoryView.Part(rawValue: parts[5]) {
            return isRead
                ? .response(people.history.response(part, key, request)) : .prepared(Answer.notGet)
        }
        guard let action = OperatorAction(rawValue: parts[5]) else {
            return .prepared(Answer.notFound)
        }
        guard request.method == .post else { return .prepared(Answer.notPost) }
        return people.operators.reply(to: request, action, key)
    }

    /// The answers that are the same for everybody, built once.
    private enum Answer {
        static let healthy = PreparedResponse(HTTPResponse(status: 200, text: "ok"))
        static let notReady = PreparedResponse(
            HTTPResponse(status: 503, text: "not ready: ECS has not answered yet"))
        static let notFound = PreparedResponse(HTTPResponse(status: 404, text: "no such path"))
        static let notGet = refusal("this path is read by GET", allow: "GET, HEAD")
        static let notPost = refusal("this path is used by POST", allow: "POST")

        private static func refusal(_ text: String, allow methods: String) -> PreparedResponse {
            var response = HTTPResponse(status: 405, text: text)
            response.headers.append(HTTPResponse.Header("Allow", methods))
            return PreparedResponse(response)
        }
    }
}
