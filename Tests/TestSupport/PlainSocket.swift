import Glibc

/// A TCP socket that does only what a test says; it closes with this object.
package final class PlainSocket: Sendable {
    package let descriptor: Int32

    private init(_ descriptor: Int32) throws(TestFailure) {
        guard descriptor >= 0 else {
            throw TestFailure("no socket: \(String(cString: strerror(errno)))")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Listens, and accepts nothing unless it is asked to.
    package static func listening(
        _ host: String, port: Int = 0, backlog: Int32, sharesPort: Bool = false
    ) throws(TestFailure) -> PlainSocket {
        var address = try Address(host, port: port)
        let listener = try PlainSocket(socket(address.family, stream, 0))
        listener.turnOn(SOL_SOCKET, SO_REUSEADDR)
        if sharesPort { listener.turnOn(SOL_SOCKET, SO_REUSEPORT) }
        let bound = address.withPointer { bind(listener.descriptor, $0, $1) }
        guard bound == 0, listen(listener.descriptor, backlog) == 0 else {
            throw TestFailure("\(host):\(port): \(String(cString: strerror(errno)))")
        }
        return listener
    }

    /// Begins to connect, and does not wait.
    package static func connecting(
        to host: String, port: Int
    ) throws(TestFailure) -> PlainSocket {
        var address = try Address(host, port: port)
        let client = try PlainSocket(socket(address.family, stream | nonBlocking, 0))
        let code = address.withPointer { connect(client.descriptor, $0, $1) }
        guard code == 0 || errno == EINPROGRESS else {
            throw TestFailure("\(host):\(port): \(String(cString: strerror(errno)))")
        }
        return client
    }

    package func accepted() throws(TestFailure) -> PlainSocket {
        try PlainSocket(accept(descriptor, nil, nil))
    }

    package func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    package var port: Int {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
        }
        // The port has the same place in both families.
        return code == 0 ? Int(UInt16(bigEndian: address.sin6_port)) : 0
    }

    private func turnOn(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private static let stream = Int32(SOCK_STREAM.rawValue)
    private static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
}

private struct Address {
    private var storage = sockaddr_in6()
    private(set) var family = AF_INET

    init(_ host: String, port: Int) throws(TestFailure) {
        let number = UInt16(port).bigEndian
        var ip4 = sockaddr_in()
        if inet_pton(AF_INET, host, &ip4.sin_addr) == 1 {
            ip4.sin_family = sa_family_t(AF_INET)
            ip4.sin_port = number
            withUnsafeMutableBytes(of: &storage) { storage in
                withUnsafeBytes(of: ip4) { storage.copyMemory(from: $0) }
            }
            return
        }
        guard inet_pton(AF_INET6, host, &storage.sin6_addr) == 1 else {
            throw TestFailure("\(host) is no address")
        }
        family = AF_INET6
        storage.sin6_family = sa_family_t(AF_INET6)
        storage.sin6_port = number
    }

    mutating func withPointer<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let isIP6 = family == AF_INET6
        let size = isIP6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(size))
            }
        }
    }
}
