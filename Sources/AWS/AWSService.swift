/// The services of AWS that we speak with; the raw value signs and names the host.
package enum AWSService: String, CaseIterable, Hashable, Sendable {
    case ecs
    case sns
    case dynamodb

    var environmentName: String { rawValue.uppercased() }

    var contentType: String {
        switch self {
        case .ecs: "application/x-amz-json-1.1"
        case .dynamodb: "application/x-amz-json-1.0"
        case .sns: "application/x-www-form-urlencoded; charset=utf-8"
        }
    }

    /// Before the operation in `X-Amz-Target`; `nil` where the body names the operation.
    var targetPrefix: String? {
        switch self {
        case .ecs: "AmazonEC2ContainerServiceV20141113"
        case .sns: nil
        case .dynamodb: "DynamoDB_20120810"
        }
    }
}
