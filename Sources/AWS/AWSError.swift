import Transport
import Values

/// Why a call to AWS brought nothing.
package enum AWSError: Error, Equatable, Sendable {
    /// An environment variable is missing or means nothing.
    case configurationInvalid(key: String, detail: String)
    /// The endpoint of credentials gave none.
    case credentialsUnavailable(endpoint: String, detail: String)
    /// A parameter was refused before anything was sent.
    case requestInvalid(operation: String, detail: String)
    /// Our share of AWS's rate is used up for longer than a call waits.
    case rateExhausted(operation: String, wait: Duration)
    /// The moment after which it must not be sent came while it waited.
    case tooLate(operation: String)
    /// No answer.
    case unreachable(operation: String, endpoint: String, cause: TransportError)
    /// An error, by AWS.
    case refused(AWSRefusal)
    case answerInvalid(operation: String, detail: String)
    case cancelled(operation: String)

    /// What a person reads in a log.
    package var text: String {
        switch self {
        case .configurationInvalid(let key, let detail): "\(key): \(detail)"
        case .credentialsUnavailable(let endpoint, let detail):
            "no credentials from \(endpoint): \(detail)"
        case .requestInvalid(let operation, let detail): "\(operation) not sent: \(detail)"
        case .rateExhausted(let operation, let wait):
            "\(operation) not sent: our share of AWS's rate frees up in \(wait.wholeMilliseconds) ms"
        case .tooLate(let operation): "\(operation) not sent: it would have been too late"
        case .unreachable(let operation, let endpoint, let cause):
            "\(operation) to \(endpoint): \(cause.text)"
        case .refused(let refusal): refusal.text
        case .answerInvalid(let operation, let detail):
            "\(operation) answered what is not understood: \(detail)"
        case .cancelled(let operation): "\(operation) cancelled"
        }
    }

    /// One word for metrics: AWS's code, or what went wrong on the way.
    package var code: String {
        switch self {
        case .configurationInvalid: "ConfigurationInvalid"
        case .credentialsUnavailable: "CredentialsUnavailable"
        case .requestInvalid: "RequestInvalid"
        case .rateExhausted: "RateExhausted"
        case .tooLate: "TooLate"
        case .unreachable: "Unreachable"
        case .refused(let refusal): refusal.code
        case .answerInvalid: "AnswerInvalid"
        case .cancelled: "Cancelled"
        }
    }
}

extension TransportError {
    /// Whether the same request may fare better later.
    var mayPass: Bool {
        switch self {
        case .nameNotResolved, .notConnected, .tlsFailed, .timedOut, .answerBroken, .tooManyWaiting:
            true
        default:
            false
        }
    }
}
