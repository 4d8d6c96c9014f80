import Glibc

/// A client that sends exactly what a test says, and reads what comes.
final class RawClient {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let failed = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard failed == 0 else { throw ClientError.cannotConnect(errno) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    enum ClientError: Error {
        case cannotConnect(Int32)
    }

    /// False when the server has closed the connection.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    /// One answer with its body; what came so far when the connection ended first.
    func answer() -> String {
        var text = ""
        while !Self.isWhole(text) {
            guard let more = read() else { break }
            text += more
        }
        return text
    }

    /// What comes until the text ends so, or the connection ends.
    func text(until end: String) -> String {
        var text = ""
        while !text.contains(end) {
            guard let more = read() else { break }
            text += more
        }
        return text
    }

    /// Whether the server ends the connection; waits up to the receive limit.
    func isClosedByServer() -> Bool {
        while let _ = read() {}
        return lastError == 0 || lastError == ECONNRESET
    }

    private var lastError: Int32 = 0

    private func read() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        lastError = count < 0 ? errno : 0
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    private static func isWhole(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let head = text[..<end.lowerBound].lowercased()
        guard let mark = head.firstRange(of: "content-length: ") else { return true }
        let length = Int(head[mark.upperBound...].prefix { $0.isNumber }) ?? 0
        return text[end.upperBound...].utf8.count >= length
    }
}
