import CPlatform
import Writing

/// Where a stream socket connects to.
package enum SocketAddress: Sendable {
    /// An IPv4 or IPv6 literal: names are not resolved here, since that would block.
    case ip(host: String, port: Int)
    /// A path, or with a leading `@` the name of an abstract socket (unix(7)).
    case unix(path: String)

    package static func isLiteral(_ host: String) -> Bool {
        platform_is_address(host.cString) == 1
    }
}

/// A failed system call, by its `errno`.
package struct SystemError: Error, Equatable, Sendable {
    package let number: Int32

    /// What a person reads, in the system's words.
    package var text: String { String(c: strerror(number)) }

    package var isRefusal: Bool { number == ECONNREFUSED || number == ENOENT }
    /// The peer closed a connection that we still held.
    package var isClosure: Bool { number == EPIPE || number == ECONNRESET }
}

/// A non-blocking stream socket that its owner closes by letting it go.
package struct StreamSocket: ~Copyable {
    private let owner: Descriptor

    package var descriptor: Int32 { owner.number }

    private init(descriptor: Int32) {
        owner = Descriptor(descriptor)
    }

    /// On its way to the address; the first `send` fails when it did not get there.
    package static func connecting(
        to address: SocketAddress
    ) throws(SystemError) -> StreamSocket {
        let descriptor =
            switch address {
            case .ip(let host, let port): platform_connect_ip(host.cString, Int32(port))
            case .unix(let path): platform_connect_unix(path.cString)
            }
        guard descriptor >= 0 else { throw SystemError(number: platform_errno()) }
        return StreamSocket(descriptor: descriptor)
    }

    /// Listens on a unix socket's path or abstract name.
    package static func listening(atUnix path: String) throws(SystemError) -> StreamSocket {
        let descriptor = platform_listen_unix(path.cString)
        guard descriptor >= 0 else { throw SystemError(number: platform_errno()) }
        return StreamSocket(descriptor: descriptor)
    }

    /// A connection that waits at this listening socket; `nil` when there is none.
    package func accept() -> StreamSocket? {
        let connection = platform_accept(descriptor)
        return connection < 0 ? nil : StreamSocket(descriptor: connection)
    }

    /// Sends what the kernel takes and says how many bytes that was; 0 when it takes none now.
    package func send(_ bytes: [UInt8], from offset: Int = 0) throws(SystemError) -> Int {
        let count = bytes.withUnsafeBytes { buffer -> Int in
            let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
            return platform_send(descriptor, rest.baseAddress, rest.count)
        }
        if count >= 0 { return count }
        // ENOTCONN: the connection is still being made.
        let number = platform_errno()
        if number == EAGAIN || number == EINTR || number == ENOTCONN { return 0 }
        throw SystemError(number: number)
    }

    /// Appends what is there, at most `bytesMax`: `nil` when nothing is yet, 0 at the peer's end.
    @inline(never)
    package func append(
        to bytes: inout [UInt8], atMost bytesMax: Int
    ) throws(SystemError) -> Int? {
        let count = withUnsafeTemporaryAllocation(byteCount: bytesMax, alignment: 16) { buffer in
            let count = platform_receive(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            return count
        }
        if count >= 0 { return count }
        let number = platform_errno()
        if number == EAGAIN || number == EINTR { return nil }
        throw SystemError(number: number)
    }
}
