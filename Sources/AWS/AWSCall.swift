import Transport
import Values

/// One operation with its parameters, ready to be signed.
package struct AWSCall: Sendable {
    package var service: AWSService
    package var operation: String
    package var rateClass: RateClass
    package var body: [UInt8]
    /// Where it is done when not in the configured region.
    package var region: String?
    /// How often it is tried; a call that carries a decision is tried once.
    package var attemptsMax = AWSLimits.attemptsMax
    /// How long an attempt may take.
    package var within = AWSLimits.requestTimeout
    /// How long it waits for its share of the rate.
    package var rateWaitMax = AWSLimits.rateWaitMax
    /// A moment of the monotonic clock after which it is not sent any more, however long it waited
    /// for its share of the rate, for credentials, or for the processor.
    package var notAfter: Instant?
}

extension AWSCall {
    /// Tried once: whoever calls decides again before the next.
    func once(within limit: Duration) -> AWSCall {
        var call = self
        call.attemptsMax = 1
        call.within = limit
        call.rateWaitMax = limit
        return call
    }
}

/// What came of one attempt at a call; for metrics and logs.
package struct AWSAttempt: Sendable {
    package var service: AWSService
    package var operation: String
    /// Counts from 1.
    package var number: Int
    /// `nil` when it went well.
    package var error: AWSError?
    /// How long until it is tried again; `nil` when it is not.
    package var retryDelay: Duration?
    /// From sent to answered, without waiting for the rate or for credentials.
    package var duration: Duration
    /// 0 when a kept connection served; `nil` without an answer.
    package var connectionsOpened: Int?
}

/// What an `AWSClient` reports besides its answers.
package enum AWSEvent: Sendable {
    case attempted(AWSAttempt)
    /// New credentials, valid until then (Unix ms); `nil` is for ever.
    case credentialsRefreshed(expireMs: Int64?)
    /// The old ones serve on while they are valid.
    case credentialsNotRefreshed(AWSError)
    /// This machine's clock and AWS's are far apart; calls are signed with AWS's.
    case clockOff(ourMs: Int64, awsMs: Int64)
}
