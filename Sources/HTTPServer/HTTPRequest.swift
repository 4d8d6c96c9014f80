import CMicrohttpd

package enum HTTPMethod: Sendable {
    case get, head, post, put, delete, options, other
}

/// One request, whole; lent to the handler for the time of its call.
///
/// Nothing is copied or decoded before it is asked for.
package struct HTTPRequest: ~Copyable {
    package let method: HTTPMethod
    /// The whole body; empty when there is none.
    package var body: [UInt8] { connection.withBody { Array($0) } }

    /// What its admission left.
    package var mark: Int { connection.mark }

    /// What a handler leaves for the next request of the same connection.
    package var context: (any AnyObject & Sendable)? { connection.context }

    package func setContext(_ context: any AnyObject & Sendable) { connection.context = context }

    private let connection: HTTPConnection
    private let handle: OpaquePointer
    private let url: UnsafePointer<CChar>

    init(
        connection: HTTPConnection, handle: OpaquePointer, method: UnsafePointer<CChar>,
        url: UnsafePointer<CChar>
    ) {
        self.connection = connection
        self.handle = handle
        self.method = HTTPMethod(method)
        self.url = url
    }

    /// The path without the query, percent-decoded.
    package var path: String { String(cString: url) }

    /// Whether the path is this one; costs less than `path`.
    package func isPath(_ path: StaticString) -> Bool {
        strcmp(url, path.cString) == 0
    }

    /// Lends the body's memory.
    package func withBody<Result>(
        _ use: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try connection.withBody(use)
    }

    /// The header's first value; names compare without case.
    package func header(_ name: StaticString) -> String? {
        value(.HEADER_KIND, name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Lends the header's first value, without its terminating zero; costs less than `header`.
    package func withHeader<Result>(
        _ name: StaticString, _ use: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result? {
        guard let value = value(.HEADER_KIND, name) else { return nil }
        return try use(value)
    }

    /// The query parameter's first value, decoded; `nil` when it is absent or has no value.
    package func query(_ name: StaticString) -> String? {
        value(.GET_ARGUMENT_KIND, name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The peer's address without its port; IPv4 in dotted form; empty when it is not known.
    package var remoteAddress: String { peerAddress(of: handle) }

    /// Lets this request be answered later, from any thread; the handler then returns `.later`.
    ///
    /// At most one call a request.
    package func deferResponse() -> DeferredResponse {
        connection.suspend(handle)
    }

    private func value(_ kind: MHD_ValueKind, _ name: StaticString) -> UnsafeRawBufferPointer? {
        connectionValue(handle, kind, name)
    }
}

/// The peer's address without its port; empty when it is not known.
func peerAddress(of handle: OpaquePointer) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
        guard let start = text.baseAddress,
            microhttpd_peer(handle, start, socklen_t(text.count)) != 0
        else { return "" }
        return String(cString: start)
    }
}

/// The first value of that name, in libmicrohttpd's memory; names compare without case.
func connectionValue(
    _ handle: OpaquePointer, _ kind: MHD_ValueKind, _ name: StaticString
) -> UnsafeRawBufferPointer? {
    var start: UnsafePointer<CChar>?
    var count = 0
    guard
        MHD_lookup_connection_value_n(
            handle, kind, name.cString, name.utf8CodeUnitCount, &start, &count) == .YES,
        let start
    else { return nil }
    return UnsafeRawBufferPointer(start: start, count: count)
}

extension StaticString {
    var cString: UnsafePointer<CChar> {
        precondition(hasPointerRepresentation, "one-character literals are not used as names")
        return UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

extension HTTPMethod {
    fileprivate init(_ name: UnsafePointer<CChar>) {
        switch UInt8(bitPattern: name[0]) {
        case UInt8(ascii: "G") where strcmp(name, "GET") == 0: self = .get
        case UInt8(ascii: "H") where strcmp(name, "HEAD") == 0: self = .head
        case UInt8(ascii: "P") where strcmp(name, "POST") == 0: self = .post
        case UInt8(ascii: "P") where strcmp(name, "PUT") == 0: self = .put
        case UInt8(ascii: "D") where strcmp(name, "DELETE") == 0: self = .delete
        case UInt8(ascii: "O") where strcmp(name, "OPTIONS") == 0: self = .options
        default: self = .other
        }
    }
}
