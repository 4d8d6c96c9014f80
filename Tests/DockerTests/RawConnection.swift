import Glibc
import TestSupport

/// A TCP connection of this machine on which a test says exactly what is sent.
final class RawConnection {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw TestFailure("port \(port) refuses") }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        var bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, &bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What comes until it contains `mark`, or until the other side closes.
    func receive(until mark: String? = nil) -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while mark.map({ !text.contains($0) }) ?? true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    /// One request on a connection of its own; the whole answer, head and body.
    static func get(_ path: String, port: Int, headers: [String] = []) throws -> String {
        let connection = try RawConnection(port: port)
        connection.send(request(path, headers + ["Connection: close"]))
        return connection.receive()
    }

    static func request(_ path: String, _ headers: [String]) -> String {
        (["GET \(path) HTTP/1.1", "Host: shop.example"] + headers + ["", ""])
            .joined(separator: "\r\n")
    }
}
