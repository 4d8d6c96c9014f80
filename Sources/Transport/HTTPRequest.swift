/// What a transfer sends, and the limits it sets on the answer.
package struct HTTPRequest: Sendable {
    package enum Method: Sendable {
        case get
        case post
        case put
    }

    package var method = Method.get
    /// `http://` or `https://`; other schemes are refused.
    package var url: String
    /// `Name: value`, each with a value.
    package var headers: [String] = []
    package var body: [UInt8] = []
    /// From the start until the connection stands, name resolution and TLS included.
    package var connectTimeout = Duration.seconds(2)
    /// From the start until the whole answer is there.
    package var timeout = Duration.seconds(5)
    /// Where the connection goes for the URL's host and port: `host:port:address:port`. Such a
    /// connection is kept for requests that say the same.
    package var connectTo: String?
    /// Whether the server's certificate is kept for `HTTPTransfer.certificate`.
    package var keepsCertificate = false
    /// How long the address of a name is kept; a kept-alive connection needs none.
    package var nameLifetime = Duration.seconds(60)
    /// A longer answer is refused while it arrives.
    package var answerBytesMax = 64 * 1024
    #if !hasFeature(Embedded)
    package var signing: HTTPSigning?
    /// Whether any certificate will do: only for asking the own program, on this machine, something
    /// that is no secret. A house test knows who does.
    package var acceptsAnyCertificate = false
    #endif
    package var trust: HTTPTrust?
    /// Whether `http_proxy`, `https_proxy` and `no_proxy` are obeyed; never for the own task.
    package var usesProxy = false

    package init(_ method: Method, _ url: String) {
        self.method = method
        self.url = url
    }
}

/// Whom a TLS connection trusts and as whom it speaks; the host name is checked.
package struct HTTPTrust: Equatable, Sendable {
    /// PEM file of certificate authorities; `nil` takes the system's.
    package var authoritiesFile: String?
    package var clientCertificateFile: String?
    package var clientKeyFile: String?

    package init(
        authoritiesFile: String?, clientCertificateFile: String? = nil,
        clientKeyFile: String? = nil
    ) {
        self.authoritiesFile = authoritiesFile
        self.clientCertificateFile = clientCertificateFile
        self.clientKeyFile = clientKeyFile
    }
}
