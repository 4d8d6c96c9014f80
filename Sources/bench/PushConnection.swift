import Glibc

/// One kept-alive connection of the load generator, with at most one request under way.
struct PushConnection {
    enum Progress {
        case waiting
        case answered(status: Int)
        case broken
    }

    let descriptor: Int32
    /// Nanoseconds on the monotonic clock; 0 when no request is under way.
    var sentAt: Int64 = 0
    private var answer: [UInt8] = []

    init?(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var one: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        guard connected == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            Glibc.close(descriptor)
            return nil
        }
    }

    /// Whether the kernel took the whole request.
    mutating func send(_ request: [UInt8], now: Int64) -> Bool {
        sentAt = now
        answer.removeAll(keepingCapacity: true)
        return Glibc.send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
            == request.count
    }

    /// Reads what is there, into `buffer` first.
    mutating func receive(_ buffer: UnsafeMutableRawBufferPointer) -> Progress {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count < 0 { return errno == EAGAIN ? .waiting : .broken }
        guard count > 0 else { return .broken }
        answer.append(contentsOf: buffer[..<count])
        guard let length = Self.wholeLength(answer) else { return .waiting }
        guard answer.count >= length else { return .waiting }
        sentAt = 0
        return .answered(status: Self.digits(answer[9...]))
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// Head and body; `nil` while the head is not whole.
    private static func wholeLength(_ answer: [UInt8]) -> Int? {
        guard answer.count >= 16 else { return nil }
        var end: Int?
        for index in 3..<answer.count
        where answer[index] == 10 && answer[index - 1] == 13 && answer[index - 2] == 10 {
            end = index + 1
            break
        }
        guard let end else { return nil }
        let name = Array("content-length:".utf8)
        for index in 0..<(end - name.count) where answer[index] == 10 {
            let matches = name.indices.allSatisfy { answer[index + 1 + $0] | 0x20 == name[$0] }
            if matches { return end + digits(answer[(index + 1 + name.count)...]) }
        }
        return end
    }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> Int {
        var value = 0
        for byte in bytes.drop(while: { $0 == 0x20 }) {
            guard (0x30...0x39).contains(byte) else { break }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }
}
