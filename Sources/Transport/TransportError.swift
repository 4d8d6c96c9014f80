import CCurl

/// Why a transfer has no answer, or bytes could not be compressed or expanded.
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
    /// The bytes are neither zlib (RFC 1950) nor gzip (RFC 1952), or end early.
    case compressedDataInvalid
    case expandedTooLarge(bytesMax: Int)

    /// What a person reads in a log.
    package var text: String {
        switch self {
        case .nameNotResolved(let detail): "name not resolved: \(detail)"
        case .notConnected(let detail): "not connected: \(detail)"
        case .tlsFailed(let detail): "TLS failed: \(detail)"
        case .timedOut(let detail): "timed out: \(detail)"
        case .answerBroken(let detail): "answer broken: \(detail)"
        case .answerTooLarge(let limit): "answer larger than \(limit) bytes"
        case .requestInvalid(let detail): "request not possible: \(detail)"
        case .tooManyWaiting(let limit): "\(limit) requests wait already"
        case .cancelled: "cancelled"
        case .compressionFailed: "zlib could not compress"
        case .compressedDataInvalid: "neither a zlib nor a gzip stream, or cut short"
        case .expandedTooLarge(let limit): "expands to more than \(limit) bytes"
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
