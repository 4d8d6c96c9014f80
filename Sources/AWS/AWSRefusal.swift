import FoundationEssentials
import Values

/// An error that AWS answered with.
package struct AWSRefusal: Equatable, Sendable {
    package var operation: String
    /// The HTTP status.
    package var status: Int
    /// `ThrottlingException`, `ServiceNotFoundException`; without a namespace.
    package var code: String
    /// AWS's own sentence, shortened; empty when it gave none.
    package var message: String
    /// What AWS support asks for; `nil` when the answer had none.
    package var requestID: String?
    /// How long AWS asks to wait.
    package var retryAfter: Duration?
    /// What AWS's clock said, in Unix milliseconds; told where the clock is why it refused.
    package var dateMs: Int64?

    package enum Kind: Sendable {
        case throttled
        /// AWS's own fault, or a moment's.
        case transient
        /// The credentials were good once.
        case credentialsExpired
        /// Wrong credentials, or a policy that does not allow it.
        case denied
        /// Asking again brings the same.
        case lasting
    }

    package var kind: Kind {
        if status == 429 || Self.throttlingCodes.contains(code) { return .throttled }
        if status >= 500 || Self.transientCodes.contains(code) { return .transient }
        if Self.expiredCodes.contains(code) { return .credentialsExpired }
        if Self.deniedCodes.contains(code) { return .denied }
        return .lasting
    }

    package var text: String {
        var text = "\(operation): \(code)"
        if !message.isEmpty { text += ": \(message)" }
        return text + " (HTTP \(status), request \(requestID ?? "without an id"))"
    }

    // As botocore and the other SDKs have them.
    private static let throttlingCodes: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "Throttled",
        "RequestThrottledException", "RequestThrottled", "TooManyRequestsException",
        "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown",
        "PriorRequestNotComplete",
    ]
    private static let transientCodes: Set<String> = ["RequestTimeout", "RequestTimeoutException"]
    private static let expiredCodes: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "RequestExpired",
    ]
    private static let deniedCodes: Set<String> = [
        "AccessDenied", "AccessDeniedException", "AuthFailure", "AuthorizationError",
        "IncompleteSignature", "InvalidClientTokenId", "InvalidSignatureException",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "NotAuthorized",
        "OptInRequired", "SignatureDoesNotMatch", "UnrecognizedClientException",
    ]
}

extension AWSRefusal {
    /// Reads the JSON errors of ECS, the XML errors of SNS, and whatever a proxy in between says.
    init(
        operation: String, status: Int, body: [UInt8], header: (String) -> String?
    ) {
        self.operation = operation
        self.status = status
        retryAfter = header("Retry-After").flatMap { Int($0) }.map { .seconds($0) }
        var requestID = header("x-amzn-RequestId") ?? header("x-amz-request-id")
        let errorType = header("x-amzn-ErrorType").map(Self.withoutNamespace)
        let code: String?
        let message: String?
        if let json = try? JSONDecoder().decode(JSONBody.self, from: Data(body)) {
            code = errorType ?? json.type.map(Self.withoutNamespace) ?? json.code
            message = json.message
        } else {
            let xml = XMLText(body)
            code = errorType ?? xml.first("Code").map(Self.withoutNamespace)
            message = xml.first("Message")
            requestID = requestID ?? xml.first("RequestId") ?? xml.first("RequestID")
        }
        self.code = code.flatMap(Self.asCode) ?? "HTTP\(status)"
        self.message = Self.asLine(message ?? "")
        self.requestID = requestID.map(Self.asLine)
        if isOfClock {
            dateMs = header("Date").flatMap { HTTPDate.seconds($0) }.map { $0 * 1000 }
        }
    }

    /// `com.amazonaws.ecs#ClientException:http://…` is `ClientException`.
    static func withoutNamespace(_ type: String) -> String {
        let name = type.split(separator: "#").last ?? ""
        return String(name.split(separator: ":").first ?? "")
    }

    /// A code is one short word; anything else is no code.
    private static func asCode(_ text: String) -> String? {
        let isWord = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isWord && !text.isEmpty && text.utf8.count <= 100 ? text : nil
    }

    /// One line of bounded length, for logs.
    private static func asLine(_ text: String) -> String {
        let line = String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
        return line.count <= AWSLimits.messageCharactersMax
            ? line : String(line.prefix(AWSLimits.messageCharactersMax)) + "…"
    }

    private struct JSONBody: Decodable {
        var type: String?
        var code: String?
        var message: String?

        private enum Key: String, CodingKey {
            case type = "__type"
            case code
            case message
            case messageCapital = "Message"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            // A value of another type is as good as none.
            type = try? container.decode(String.self, forKey: .type)
            code = try? container.decode(String.self, forKey: .code)
            message =
                (try? container.decode(String.self, forKey: .message))
                ?? (try? container.decode(String.self, forKey: .messageCapital))
        }
    }
}
