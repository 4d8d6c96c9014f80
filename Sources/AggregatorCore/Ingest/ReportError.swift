/// Why a body is not a report that is taken; the sender reads `text`.
package enum ReportError: Error, Equatable {
    case bodyEmpty
    case bodyTooLarge(bytesMax: Int)
    case encodingUnknown
    case contentTypeUnknown
    /// Neither zlib nor gzip, or cut short.
    case compressedDataInvalid
    case inflatedTooLarge(bytesMax: Int)
    /// Not JSON, or not a report: which key, and what is allowed.
    case invalid(reason: String)
    /// Memory is gone.
    case noReader

    package var text: String {
        switch self {
        case .bodyEmpty: "the body is empty"
        case .bodyTooLarge(let limit): "the body is longer than \(limit) bytes"
        case .encodingUnknown: "Content-Encoding must be deflate, gzip or identity"
        case .contentTypeUnknown: "Content-Type must be application/json"
        case .compressedDataInvalid: "neither a zlib nor a gzip stream, or cut short"
        case .inflatedTooLarge(let limit): "the body expands to more than \(limit) bytes"
        case .invalid(let reason): reason
        case .noReader: "no memory to read a report"
        }
    }

    /// The HTTP status of the answer.
    package var status: Int {
        switch self {
        case .bodyEmpty, .compressedDataInvalid, .invalid: 400
        case .bodyTooLarge, .inflatedTooLarge: 413
        case .encodingUnknown, .contentTypeUnknown: 415
        case .noReader: 503
        }
    }
}
