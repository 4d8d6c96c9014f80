import HTTPServer
import Scaling

/// What becomes of a request that brings a report: its name among the metrics, and its answer.
package enum ReportOutcome: Int, CaseIterable, Sendable {
    case accepted
    case duplicate
    case reordered
    case forgotten
    case probe
    /// Its service is not known yet; it is kept until ECS says which.
    case unresolved
    case notConfigured
    /// ECS does not know the task, or it belongs to no service.
    case noService
    /// The sender's address is not the task's.
    case foreignSender
    /// The token that was shown does not speak for the service.
    case foreignToken
    case tooManyTasks
    case tooManyUnresolved
    case sequenceJump
    case shed
    case unauthorized
    case invalid

    /// What is said of an outcome, in one place.
    struct Words {
        /// The label `outcome` of `aggregator_reports_total`.
        let name: String
        let status: Int
        let text: String
        let header: HTTPResponse.Header?

        init(
            _ name: String, _ status: Int = 204, _ text: String = "",
            _ header: HTTPResponse.Header? = nil
        ) {
            self.name = name
            self.status = status
            self.text = text
            self.header = header
        }
    }

    var words: Words {
        let soon = HTTPResponse.Header("Retry-After", "\(AggregatorLimits.retryAfterSeconds)")
        switch self {
        case .accepted: return Words("accepted")
        case .duplicate: return Words("duplicate")
        case .reordered: return Words("reordered")
        case .forgotten: return Words("forgotten")
        case .probe: return Words("probe")
        case .unresolved: return Words("unresolved")
        case .notConfigured:
            return Words("not_configured", 404, "the service is not configured here")
        case .noService:
            return Words(
                "no_service", 404, "the task belongs to no service, or ECS does not know it")
        case .foreignSender:
            return Words(
                "foreign_sender", 403, "this address is not the task's, as ECS knows it")
        case .foreignToken:
            return Words("foreign_token", 403, "this token does not speak for this service")
        case .tooManyTasks:
            return Words("too_many_tasks", 429, "more tasks report than ECS allows a service", soon)
        case .tooManyUnresolved:
            return Words("too_many_unresolved", 429, "too many tasks wait to be looked up", soon)
        case .sequenceJump:
            return Words(
                "sequence_jump", 400,
                "seq is far ahead of the one before: replayed, or not an agent's")
        case .shed:
            return Words(
                "shed", 429, "push less often: the aggregator is short of processor time", soon)
        case .unauthorized:
            return Words(
                "unauthorized", 401, "a valid bearer token is needed",
                HTTPResponse.Header("WWW-Authenticate", "Bearer"))
        case .invalid: return Words("invalid", 400, "this is no report")
        }
    }

    init(_ outcome: IngestOutcome) {
        switch outcome {
        case .accepted: self = .accepted
        case .duplicate: self = .duplicate
        case .reordered: self = .reordered
        case .forgotten: self = .forgotten
        case .probe: self = .probe
        case .tooManyTasks: self = .tooManyTasks
        case .sequenceJump: self = .sequenceJump
        }
    }

    /// The answer where nothing more can be said, built once.
    var answer: PreparedResponse { Self.answers[rawValue] }

    private static let answers = allCases.map { outcome in
        let words = outcome.words
        var response = HTTPResponse(status: words.status)
        if !words.text.isEmpty { response = HTTPResponse(status: words.status, text: words.text) }
        if let header = words.header { response.headers.append(header) }
        return PreparedResponse(response)
    }
}
