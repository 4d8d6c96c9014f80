import CMicrohttpd

/// An answer that is built once and given to any number of requests, from any thread.
package final class PreparedResponse: Sendable {
    let status: UInt32
    /// libmicrohttpd counts references to a response with a lock of its own; one for connections
    /// that stay open and one for those that end.
    private let kept: ResponseHandle
    private let closing: ResponseHandle

    package init(_ response: HTTPResponse) {
        status = UInt32(response.status)
        kept = ResponseHandle(response, closing: false)
        closing = ResponseHandle(response, closing: true)
    }

    func queue(on connection: OpaquePointer, closing isClosing: Bool) -> MHD_Result {
        if isClosing { return closing.queue(on: connection, status: status) }
        return kept.queue(on: connection, status: status)
    }
}

extension HTTPResponse {
    func queue(on connection: OpaquePointer, closing: Bool) -> MHD_Result {
        ResponseHandle(self, closing: closing).queue(on: connection, status: UInt32(status))
    }
}

/// Owns one reference to a response of libmicrohttpd.
///
/// Sendable by proof: the pointer never changes, and of a response that is no longer altered
/// libmicrohttpd only counts references, under the response's own lock.
private struct ResponseHandle: ~Copyable, @unchecked Sendable {
    private let handle: OpaquePointer

    init(_ response: HTTPResponse, closing: Bool) {
        let made = response.body.withUnsafeBytes { bytes in
            // libmicrohttpd copies the bytes, and only reads them.
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                .RESPMEM_MUST_COPY)
        }
        guard let made else { fatalError("out of memory for a response") }
        handle = made
        for header in response.headers {
            // Refused when it has a line end, which must not reach the wire.
            _ = MHD_add_response_header(made, header.name, header.value)
        }
        if closing { _ = MHD_add_response_header(made, "Connection", "close") }
    }

    deinit {
        MHD_destroy_response(handle)
    }

    func queue(on connection: OpaquePointer, status: UInt32) -> MHD_Result {
        MHD_queue_response(connection, status, handle)
    }
}
