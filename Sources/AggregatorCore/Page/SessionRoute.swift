import HTTPServer
import Platform
import Values
import Writing

/// Signing in on the page: `GET`, `POST` and `DELETE` of `/v1/session`.
///
/// `POST` takes `{"token":"…"}` and sets a cookie that scripts cannot read, that no other site's
/// request carries (`SameSite=Strict`), and that ends after half an hour; `DELETE` ends it before.
/// A request that changes something by the cookie has to come from this page: its `Origin` is this
/// host, and its type JSON, which no form of another site can send.
final class SessionRoute: Sendable {
    private let bearer: BearerCheck
    private let isSecure: Bool
    private let sessions = Lock(Sessions())
    private let log: Log

    /// `isSecure`: it is served over TLS.
    init(bearer: BearerCheck, isSecure: Bool, log: Log) {
        self.bearer = bearer
        self.isSecure = isSecure
        self.log = log
    }

    /// Whether the request comes from somebody who signed in, on this page.
    func admits(_ request: borrowing HTTPRequest) -> Bool {
        guard session(of: request) != nil else { return false }
        return request.method == .get || request.method == .head || isFromPage(request)
    }

    func reply(to request: borrowing HTTPRequest) -> HTTPReply {
        switch request.method {
        case .get, .head: return .response(state(session(of: request)))
        case .post: return signIn(request)
        case .delete: return signOut(request)
        default:
            var response = HTTPResponse(status: 405, text: "GET, POST or DELETE")
            response.headers.append(HTTPResponse.Header("Allow", "GET, HEAD, POST, DELETE"))
            return .response(response)
        }
    }

    private func state(_ session: Sessions.Session?) -> HTTPResponse {
        var response = HTTPResponse.json { json in
            json.object { json in
                json.member("possible", !bearer.isOpen)
                json.member("signedIn", session != nil)
                if let session {
                    let left = session.until - MonotonicClock.now()
                    json.member("secondsLeft", thousandths: left.inSeconds)
                }
            }
        }
        response.headers.append(HTTPResponse.Header("Cache-Control", "no-store"))
        return response
    }

    private func signIn(_ request: borrowing HTTPRequest) -> HTTPReply {
        guard !bearer.isOpen else {
            return text(403, "set AGGREGATOR_OPERATOR_TOKEN to let operators in")
        }
        guard isFromPage(request) else { return text(403, "sign in on the page itself") }
        guard let token = Self.token(request.body) else {
            return text(400, "the body is {\"token\":\"…\"}")
        }
        let header = Array("Bearer ".utf8) + token
        let address = request.remoteAddress
        let (bearer, now) = (self.bearer, MonotonicClock.now())
        let result = sessions.withLock { sessions in
            sessions.begin(from: address, generation: bearer.generation, now: now) {
                header.withUnsafeBytes { bearer.passes($0) }
            }
        }
        switch result {
        case .success(let session):
            log.info("operator.signedIn", LogField("address", address))
            return .response(cookie(session.id, request, seconds: AggregatorLimits.sessionFor))
        case .failure(.wrong):
            log.warning("operator.refused", LogField("address", address))
            return text(401, "this is not the operator token")
        case .failure(.tooMany(let wait)):
            var response = HTTPResponse(status: 429, text: "too many attempts: wait a little")
            response.headers.append(
                HTTPResponse.Header("Retry-After", "\(Int(wait.inSeconds) + 1)"))
            return .response(response)
        }
    }

    private func signOut(_ request: borrowing HTTPRequest) -> HTTPReply {
        guard isFromPage(request) else { return text(403, "sign out on the page itself") }
        if let session = session(of: request) { sessions.withLock { $0.end(session) } }
        return .response(cookie([], request, seconds: .zero))
    }

    private func cookie(
        _ id: [UInt8], _ request: borrowing HTTPRequest, seconds: Duration
    ) -> HTTPResponse {
        let isSecure = isSecure || request.header("X-Forwarded-Proto") == "https"
        let value =
            "session=\(String(decoding: id, as: UTF8.self)); Path=/; HttpOnly; SameSite=Strict;"
            + " Max-Age=\(Int(seconds.inSeconds))\(isSecure ? "; Secure" : "")"
        return HTTPResponse(
            status: 204,
            headers: [
                HTTPResponse.Header("Set-Cookie", value),
                HTTPResponse.Header("Cache-Control", "no-store"),
            ])
    }

    private func text(_ status: Int, _ text: String) -> HTTPReply {
        .response(HTTPResponse(status: status, text: text))
    }
}

// What the headers and the body say.
extension SessionRoute {
    private func session(of request: borrowing HTTPRequest) -> Sessions.Session? {
        guard let id = Self.cookie(request.header("Cookie") ?? "") else { return nil }
        let (generation, now) = (bearer.generation, MonotonicClock.now())
        return sessions.withLock { sessions in
            id.withUnsafeBytes { sessions.session($0, generation: generation, now: now) }
        }
    }

    /// The value of `session` among the cookies.
    static func cookie(_ header: String) -> [UInt8]? {
        for pair in header.split(separator: ";") {
            let trimmed = pair.drop { $0 == " " }
            guard trimmed.hasPrefix("session=") else { continue }
            let id = Array(trimmed.dropFirst("session=".count).utf8)
            return id.count == 32 ? id : nil
        }
        return nil
    }

    private func isFromPage(_ request: borrowing HTTPRequest) -> Bool {
        guard request.header("Content-Type") == "application/json",
            let origin = request.header("Origin"), let host = request.header("Host")
        else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    private static func token(_ body: [UInt8]) -> [UInt8]? {
        guard body.count <= AggregatorLimits.operatorBodyBytesMax,
            let document = try? JSONParser.parse(body),
            case .object(let members) = document.content, members.count == 1,
            members[0].key == "token", case .string(let token) = members[0].value.content
        else { return nil }
        return Array(token.utf8)
    }
}
