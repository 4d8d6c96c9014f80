import HTTPServer
import Platform
import Values

/// What gives a container its role's credentials, and can fail to.
final class CredentialsEndpoint: Sendable {
    enum Fault: Sendable {
        case none, failing, hanging
    }

    private final class State: Sendable {
        let fault = Lock(Fault.none)
        /// What is asked while it hangs is never answered, even after.
        let hanging = Lock<[DeferredResponse]>([])
    }

    private let state: State
    private let server: HTTPServer

    /// Each answer's credentials last for `lifetime`.
    init(lifetime: Duration) throws {
        let state = State()
        self.state = state
        server = try HTTPServer(HTTPServerOptions(address: "127.0.0.1", port: 0)) { request in
            switch state.fault.withLock({ $0 }) {
            case .none: return .response(Self.answer(lifetime))
            case .failing: return .response(HTTPResponse(status: 500))
            case .hanging:
                let deferred = request.deferResponse()
                state.hanging.withLock { $0.append(deferred) }
                return .later
            }
        }
    }

    var url: String { "http://127.0.0.1:\(server.port)/credentials" }

    func setFault(_ fault: Fault) { state.fault.withLock { $0 = fault } }

    private static func answer(_ lifetime: Duration) -> HTTPResponse {
        let end = UTCTime.text(ms: WallClock.nowMs() + lifetime.wholeMilliseconds)
        let text = """
            {"AccessKeyId":"AKIADRILL","SecretAccessKey":"not-a-secret","Token":"t",\
            "Expiration":"\(end)"}
            """
        return HTTPResponse(
            status: 200, contentType: "application/json", body: Array(text.utf8))
    }
}
