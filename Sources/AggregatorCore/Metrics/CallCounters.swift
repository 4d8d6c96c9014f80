import AWS
import Platform
import Values

/// Attempts at calls to AWS, by operation and result.
///
/// The results are few by design, so that no answer of AWS can grow the number of series.
package final class CallCounters: Sendable {
    package struct Key: Hashable, Comparable, Sendable {
        package let service: String
        package let operation: String
        package let result: String

        package static func < (left: Key, right: Key) -> Bool {
            (left.service, left.operation, left.result)
                < (right.service, right.operation, right.result)
        }
    }

    /// Seconds from sent to answered, of attempts that were answered.
    package let durations = Histogram(
        bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5])
    private let counts = Lock<[Key: Int]>([:])

    package init() {}

    package func note(_ attempt: AWSAttempt) {
        let key = Key(
            service: attempt.service.rawValue, operation: attempt.operation,
            result: Self.result(attempt.error))
        counts.withLock { $0[key, default: 0] += 1 }
        if attempt.connectionsOpened != nil { durations.observe(attempt.duration.inSeconds) }
    }

    package var all: [(key: Key, count: Int)] {
        counts.withLock { counts in
            counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    private static func result(_ error: AWSError?) -> String {
        switch error {
        case nil: return "ok"
        case .refused(let refusal):
            switch refusal.kind {
            case .throttled: return "throttled"
            case .transient: return "server_error"
            case .credentialsExpired: return "credentials_expired"
            case .denied: return "denied"
            case .lasting: return "refused"
            }
        case .unreachable: return "unreachable"
        case .cancelled: return "cancelled"
        default: return "failed"
        }
    }
}
