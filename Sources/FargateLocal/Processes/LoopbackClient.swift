import CFargateLocal

/// One small GET to a port of this machine.
package enum LoopbackClient {
    /// The answer's status and body; `nil` when nothing answered in time.
    package static func get(port: UInt16, path: String, timeoutMs: Int32 = 500) -> (
        status: Int, body: String
    )? {
        let descriptor = fargate_connect(port, timeoutMs)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let head = "GET \(path) HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"
        guard send(descriptor, head, head.utf8.count, Int32(MSG_NOSIGNAL)) == head.utf8.count
        else { return nil }
        return parse(readAll(descriptor))
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer.count < FargateLocalLimits.probeBytesMax {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return answer
    }

    private static func parse(_ bytes: [UInt8]) -> (status: Int, body: String)? {
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]),
            let end = text.firstRange(of: "\r\n\r\n")
        else { return nil }
        return (status, String(text[end.upperBound...]))
    }
}
