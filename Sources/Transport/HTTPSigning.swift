#if !hasFeature(Embedded)
/// AWS Signature Version 4, which libcurl computes.
///
/// Limits, checked against botocore (libcurl 7.88): the path is `/`, there is no query, and header
/// values are trimmed and not empty.
package struct HTTPSigning: Sendable {
    package var region: String
    /// The service's name in the credential scope: `ecs`, `sns`.
    package var service: String
    package var accessKeyID: String
    package var secretAccessKey: String
    package var sessionToken: String?

    package init(
        region: String, service: String, accessKeyID: String, secretAccessKey: String,
        sessionToken: String?
    ) {
        self.region = region
        self.service = service
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// The token is a header that libcurl signs with the others.
    var headers: [String] {
        sessionToken.map { ["X-Amz-Security-Token: \($0)"] } ?? []
    }
}

// Neither a log line nor a crash report may show the secret.
extension HTTPSigning: CustomStringConvertible, CustomReflectable {
    package var description: String { "HTTPSigning(\(region)/\(service), redacted)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

// Nor a header, which may hold a token.
extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(method) \(url)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
#endif
