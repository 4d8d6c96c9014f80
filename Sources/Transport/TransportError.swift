import CCurl
import Writing

/// Why a transfer has no answer, or bytes could not be compressed.
///
/// `detail` is libcurl's own sentence; it names host and port, and never a header or a body.
package enum TransportError: Error, Equatable {
    case nameNotResolved(detail: String)
    case notConnected(detail: String)
    case tlsFailed(detail: String)
    case timedOut(detail: String)
    /// The peer closed, reset, or did not speak HTTP.
    case answerBroken(detail: String)
    case answerTooLarge(bytesMax: Int)
    /// The URL, a file or an option was refused before anything was sent.
    case requestInvalid(detail: String)
    case compressionFailed
    /// An `HTTPClient` has this many requests waiting and takes no more.
    case tooManyWaiting(waitingMax: Int)
    /// The one who asked gave up, or the client was closed.
    case cancelled

    /// What a person reads in a log.
    package var text: String {
        switch self {
        case .nameNotResolved(let detail): Text("name not resolved: ").add(detail).string
        case .notConnected(let detail): Text("not connected: ").add(detail).string
        case .tlsFailed(let detail): Text("TLS failed: ").add(detail).string
        case .timedOut(let detail): Text("timed out: ").add(detail).string
        case .answerBroken(let detail): Text("answer broken: ").add(detail).string
        case .answerTooLarge(let limit): Text("answer larger than ").add(limit).add(" bytes").string
        case .requestInvalid(let detail): Text("request not possible: ").add(detail).string
        case .tooManyWaiting(let limit): Text("").add(limit).add(" requests wait already").string
        case .cancelled: "cancelled"
        case .compressionFailed: "zlib could not compress"
        }
    }

    init(_ code: CURLcode, detail: String) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self = .nameNotResolved(detail: detail)
        case CURLE_COULDNT_CONNECT:
            self = .notConnected(detail: detail)
        case CURLE_OPERATION_TIMEDOUT:
            self = .timedOut(detail: detail)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER:
            self = .tlsFailed(detail: detail)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT,
            CURLE_FAILED_INIT, CURLE_OUT_OF_MEMORY:
            self = .requestInvalid(detail: detail)
        default:
            self = .answerBroken(detail: detail)
        }
    }
}
