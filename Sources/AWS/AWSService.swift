/// The services of AWS that we speak with; the raw value signs and names the host.
package enum AWSService: String, CaseIterable, Hashable, Sendable {
    case ecs
    case sns
    case dynamodb
    case applicationAutoScaling = "application-autoscaling"

    /// As in `AWS_ENDPOINT_URL_…`: its service id in capitals.
    var environmentName: String {
        switch self {
        case .ecs, .sns, .dynamodb: rawValue.uppercased()
        case .applicationAutoScaling: "APPLICATION_AUTO_SCALING"
        }
    }

    var contentType: String {
        switch self {
        case .ecs, .applicationAutoScaling: "application/x-amz-json-1.1"
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
        case .applicationAutoScaling: "AnyScaleFrontendService"
        }
    }
}
