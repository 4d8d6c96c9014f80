import AWS
import HTTPServer

/// Why the aggregator does not run.
package enum AggregatorError: Error, Equatable {
    case aws(AWSError)
    case listener(HTTPServerError)
    case configuration(ConfigurationError)

    /// Whether a setting is wrong, rather than something on this machine in the way.
    package var isOfConfiguration: Bool {
        switch self {
        case .aws, .configuration: true
        case .listener(.certificateInvalid): true
        case .listener: false
        }
    }

    package var text: String {
        switch self {
        case .aws(let error): error.text
        case .listener(let error): "\(error)"
        case .configuration(let error): error.problems.map(\.text).joined(separator: "; ")
        }
    }
}
