/// What requests are signed with.
package struct Credentials: Equatable, Sendable {
    package let accessKeyID: String
    package let secretAccessKey: String
    package let sessionToken: String?
    /// Unix ms; `nil` is never.
    package let expireMs: Int64?

    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String?, expireMs: Int64? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expireMs = expireMs
    }
}

// Whoever prints it, by whatever means, sees no secret.
extension Credentials: CustomStringConvertible, CustomReflectable {
    package var description: String { "Credentials(\(accessKeyID.prefix(4))…, redacted)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
