import Values

/// What control asks of ECS: the real one by `ECSClient`, a simulated one in tests.
///
/// One attempt a call: whoever calls decides again before the next.
package protocol ServiceControl: Sendable {
    /// Services of one cluster, at most `ControlLimits.servicesPerLook`; those that ECS does not
    /// know are left out.
    func describe(
        cluster: String, services: [String], within limit: Duration
    ) async throws(CallFailure) -> [ServiceDescription]

    /// Sets the desired count, and gives the service as it then is. The call is not sent later
    /// than `latest`.
    func setDesiredCount(
        _ count: Int, of service: String, in cluster: String, within limit: Duration,
        notAfter latest: Instant?
    ) async throws(CallFailure) -> ServiceDescription
}

/// Why a call brought no answer that can be used.
package struct CallFailure: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// Our own share of the rate was used up. ECS failed nothing.
        case notSent
        /// ECS asks for fewer calls.
        case throttled
        /// It did not reach ECS, or ECS failed before it did anything.
        case transient
        /// No answer, or none that can be read: ECS may have done it.
        case uncertain
        /// The same call brings the same.
        case lasting
        /// The program stops.
        case cancelled
    }

    package var kind: Kind
    /// One word: AWS's code, or what went wrong on the way.
    package var code: String
    /// A sentence for a person.
    package var text: String
    /// The HTTP status, and what AWS's support asks for; `nil` without an answer.
    package var status: Int?
    package var requestID: String?

    package init(_ kind: Kind, code: String, text: String) {
        self.kind = kind
        self.code = code
        self.text = text
    }
}
