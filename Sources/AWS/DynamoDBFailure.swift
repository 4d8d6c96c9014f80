import Transport

/// Why an operation on a table brought nothing, by what a caller can do about it.
package enum DynamoDBFailure: Error, Equatable, Sendable {
    /// The item is not as the write's condition has it: somebody else wrote.
    case conditionFailed
    /// DynamoDB, or our own share of the rate, asks for fewer calls; nothing was done.
    case throttled(reason: String)
    /// No answer, or one of DynamoDB's own failures: a write may have been done.
    case unavailable(reason: String)
    /// The same call brings the same: a missing table, a missing right, a wrong parameter.
    case lasting(reason: String)
    /// The program stops.
    case cancelled

    package init(_ error: AWSError) {
        switch error {
        case .refused(let refusal) where refusal.code == "ConditionalCheckFailedException":
            self = .conditionFailed
        case .refused(let refusal) where refusal.kind == .throttled:
            self = .throttled(reason: error.text)
        case .refused(let refusal) where refusal.kind == .transient:
            self = .unavailable(reason: error.text)
        case .rateExhausted, .tooLate: self = .throttled(reason: error.text)
        case .unreachable, .answerInvalid, .credentialsUnavailable:
            self = .unavailable(reason: error.text)
        case .cancelled: self = .cancelled
        case .refused, .configurationInvalid, .requestInvalid: self = .lasting(reason: error.text)
        }
    }

    package var text: String {
        switch self {
        case .conditionFailed: "somebody else wrote the item"
        case .throttled(let reason), .unavailable(let reason), .lasting(let reason): reason
        case .cancelled: "cancelled"
        }
    }
}
