/// Where credentials come from.
package enum CredentialsSource: Sendable {
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
    case fixed(Credentials)
    /// The endpoint that ECS (or EKS) keeps for a task.
    case container(ContainerCredentials)

    /// In the order of the SDKs: the keys, the relative URI, the full URI.
    package init(environment: (String) -> String?) throws(AWSError) {
        if let accessKeyID = environment("AWS_ACCESS_KEY_ID") {
            guard let secret = environment("AWS_SECRET_ACCESS_KEY") else {
                throw .configurationInvalid(
                    key: "AWS_SECRET_ACCESS_KEY", detail: "not set, but AWS_ACCESS_KEY_ID is")
            }
            self = .fixed(
                Credentials(
                    accessKeyID: accessKeyID, secretAccessKey: secret,
                    sessionToken: environment("AWS_SESSION_TOKEN")))
            return
        }
        guard let container = try ContainerCredentials(environment: environment) else {
            throw .configurationInvalid(
                key: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                detail: "no credentials: give the ECS task a task role, or set AWS_ACCESS_KEY_ID "
                    + "and AWS_SECRET_ACCESS_KEY")
        }
        self = .container(container)
    }
}

/// A container's credentials endpoint.
///
/// Source: "Container credential provider", AWS SDKs and Tools Reference Guide.
package struct ContainerCredentials: Equatable, Sendable {
    package enum Authorization: Equatable, Sendable {
        case none
        case token(String)
        /// Read again for each fetch: EKS replaces it.
        case file(String)
    }

    package let url: String
    package let authorization: Authorization

    /// `nil` when the environment names none.
    init?(environment: (String) -> String?) throws(AWSError) {
        if let path = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            let url = "http://169.254.170.2" + path
            guard path.hasPrefix("/"), EndpointURL(url) != nil else {
                throw .configurationInvalid(
                    key: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", detail: "“\(path)” is no path")
            }
            self.url = url
        } else if let url = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            try Self.check(url)
            self.url = url
        } else {
            return nil
        }
        if let file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            authorization = .file(file)
        } else if let token = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
            authorization = .token(token)
        } else {
            authorization = .none
        }
    }

    /// In clear text the token goes to this machine or to ECS's and EKS's own addresses only.
    private static func check(_ text: String) throws(AWSError) {
        let key = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
        guard let url = EndpointURL(text) else {
            throw .configurationInvalid(key: key, detail: "“\(text)” is no http or https URL")
        }
        let allowed = ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
        guard url.isSecure || allowed.contains(url.host) || isLoopback(url.host) else {
            throw .configurationInvalid(
                key: key,
                detail: "“\(url.host)” needs https: only a loopback address, "
                    + "169.254.170.2, 169.254.170.23 and fd00:ec2::23 may do without")
        }
    }

    /// 127.0.0.0/8 in its usual notation; a name that begins so is none.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

// A token is a secret.
extension ContainerCredentials: CustomStringConvertible, CustomReflectable {
    package var description: String { "ContainerCredentials(\(url))" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
