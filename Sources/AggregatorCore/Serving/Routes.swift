import HTTPServer

/// Which part answers which path.
///
/// | path | answer |
/// | --- | --- |
/// | `POST /v1/reports` | see `ReportRoute` |
/// | `GET /v1/services` | every service: what is seen, decided and why |
/// | `GET /healthz` | 200 as long as the process serves |
package struct Routes: Sendable {
    private let reports: ReportRoute
    private let services: ServicesView
    private let healthy = PreparedResponse(HTTPResponse(status: 200, text: "ok"))
    private let notFound = PreparedResponse(HTTPResponse(status: 404, text: "no such path"))
    private let notGet: PreparedResponse = {
        var response = HTTPResponse(status: 405, text: "this path is read by GET")
        response.headers.append(HTTPResponse.Header("Allow", "GET, HEAD"))
        return PreparedResponse(response)
    }()

    package init(reports: ReportRoute, services: ServicesView) {
        self.reports = reports
        self.services = services
    }

    package func reply(to request: borrowing HTTPRequest) -> HTTPReply {
        if request.isPath("/v1/reports") { return reports.reply(to: request) }
        let isRead = request.method == .get || request.method == .head
        if request.isPath("/healthz") { return .prepared(isRead ? healthy : notGet) }
        if request.isPath("/v1/services") {
            return isRead ? .response(services.response()) : .prepared(notGet)
        }
        return .prepared(notFound)
    }
}
