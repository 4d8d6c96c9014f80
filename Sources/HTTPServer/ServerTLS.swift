import CMicrohttpd

/// Certificate and key of a listener, and whose clients it lets in; PEM files all.
package struct HTTPServerTLS: Equatable, Sendable {
    package var certificateFile: String
    package var keyFile: String
    /// Clients must show a certificate of one of these authorities; `nil` asks for none. Read once,
    /// at the start.
    package var clientAuthoritiesFile: String?

    package init(certificateFile: String, keyFile: String, clientAuthoritiesFile: String? = nil) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.clientAuthoritiesFile = clientAuthoritiesFile
    }
}

/// What handshakes are made with; replaced by `load` while connections are served.
///
/// Sendable by proof: the pointer never changes, and what it points to has a lock of its own.
final class ServerTLS: @unchecked Sendable {
    private let handle: OpaquePointer
    private let files: HTTPServerTLS

    init(_ files: HTTPServerTLS) throws(HTTPServerError) {
        guard let handle = microhttpd_tls_create() else {
            throw .certificateInvalid(reason: "out of memory")
        }
        self.handle = handle
        self.files = files
        try load()
        guard let authorities = files.clientAuthoritiesFile else { return }
        try Self.check { microhttpd_tls_trust(handle, authorities, $0, $1) }
    }

    deinit {
        microhttpd_tls_destroy(handle)
    }

    /// Reads the files again; when they are no pair, the one before stays.
    func load() throws(HTTPServerError) {
        let (handle, files) = (handle, files)
        try Self.check {
            microhttpd_tls_load(handle, files.certificateFile, files.keyFile, $0, $1)
        }
    }

    /// For the daemon's start.
    var options: [MHD_OptionItem] {
        [
            microhttpd_tls_certificates(), microhttpd_tls_versions(),
            microhttpd_tls_authorities(handle),
        ]
    }

    func begin(_ connection: OpaquePointer) {
        microhttpd_tls_begin(connection, handle)
    }

    private static func check(
        _ call: (UnsafeMutablePointer<CChar>, Int) -> Bool
    ) throws(HTTPServerError) {
        let capacity = 512
        let reason = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
        reason.initialize(repeating: 0, count: capacity)
        defer { reason.deallocate() }
        guard call(reason, capacity) else {
            throw .certificateInvalid(reason: String(cString: reason))
        }
    }
}
