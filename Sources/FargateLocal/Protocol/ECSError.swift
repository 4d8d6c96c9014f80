/// An error as ECS answers it: a type, a status and a message.
struct ECSError: Error, Equatable {
    let type: String
    let status: Int
    let message: String

    init(_ type: String, _ message: String, status: Int = 400) {
        self.type = type
        self.status = status
        self.message = message
    }

    static let clusterNotFound = ECSError("ClusterNotFoundException", "Cluster not found.")
    static let serviceNotFound = ECSError("ServiceNotFoundException", "Service not found.")

    static func invalidParameter(_ message: String) -> ECSError {
        ECSError("InvalidParameterException", message)
    }

    static func unknownOperation(_ name: String) -> ECSError {
        ECSError("UnknownOperationException", "fargate-local does not speak \(name)")
    }

    static let badJSON = ECSError(
        "SerializationException", "the body is not the JSON this operation takes")
    static let unsigned = ECSError(
        "MissingAuthenticationTokenException", "Missing Authentication Token", status: 403)

    static func badSignature(_ why: String) -> ECSError {
        ECSError("IncompleteSignatureException", why)
    }
}
