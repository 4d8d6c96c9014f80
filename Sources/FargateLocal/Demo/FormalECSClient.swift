import FoundationEssentials

/// Calls UpdateService with a signature of the right form and no value, which is all that
/// fargate-local asks for; for those who only measure.
package struct FormalECSClient: Sendable {
    package let port: UInt16
    /// Who the call is recorded for.
    package let accessKeyID: String

    package init(port: UInt16, accessKeyID: String) {
        self.port = port
        self.accessKeyID = accessKeyID
    }

    /// Whether it was accepted.
    package func updateService(cluster: String, service: String, desiredCount: Int) -> Bool {
        struct Body: Encodable {
            let cluster: String
            let service: String
            let desiredCount: Int
        }
        let body = JSON.encode(
            Body(cluster: cluster, service: service, desiredCount: desiredCount))
        let scope = "\(accessKeyID)/20260101/us-east-1/ecs/aws4_request"
        let signature = String(repeating: "0", count: 64)
        let answer = LoopbackClient.post(
            port: port,
            headers: [
                ("Content-Type", "application/x-amz-json-1.1"),
                ("X-Amz-Target", "\(ECSEndpoint.targetPrefix)UpdateService"),
                (
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=host, "
                        + "Signature=\(signature)"
                ),
            ], body: String(decoding: body, as: UTF8.self))
        return answer?.status == 200
    }
}
