import CFargateLocal

/// One small request to a port of this machine, or of a task.
package enum LoopbackClient {
    /// The answer's status and body; `nil` when nothing answered in time.
    package static func get(
        _ host: String = "127.0.0.1", port: UInt16, path: String, timeoutMs: Int32 = 500,
        in sandbox: TaskSandbox? = nil
    ) -> (status: Int, body: String)? {
        let head = "GET \(path) HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"
        return exchange(
            head, connect(host, port, timeoutMs: timeoutMs, in: sandbox))
    }

    package static func post(
        port: UInt16, headers: [(String, String)], body: String, timeoutMs: Int32 = 500
    ) -> (status: Int, body: String)? {
        let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        let head =
            "POST / HTTP/1.0\r\nHost: 127.0.0.1\r\n\(lines)Content-Length: \(body.utf8.count)\r\n\r\n"
        return exchange(
            head + body, connect("127.0.0.1", port, timeoutMs: timeoutMs, in: nil))
    }

    /// Begins a request and reads no answer; the descriptor, to be closed, or -1.
    package static func begin(_ request: String, at host: String, port: UInt16) -> Int32 {
        let descriptor = connect(host, port, timeoutMs: 500, in: nil)
        if descriptor >= 0 {
            // What does not arrive is seen by whoever waits for the answer.
            _ = send(descriptor, request, request.utf8.count, Int32(MSG_NOSIGNAL))
        }
        return descriptor
    }

    /// Whether somebody accepts connections there.
    static func accepts(_ host: String, port: UInt16, in sandbox: TaskSandbox? = nil) -> Bool {
        let descriptor = connect(host, port, timeoutMs: 200, in: sandbox)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }

    /// The sandbox is the place that the host is seen from.
    private static func connect(
        _ host: String, _ port: UInt16, timeoutMs: Int32, in sandbox: TaskSandbox?
    ) -> Int32 {
        fargate_connect(sandbox?.network ?? -1, host, port, timeoutMs)
    }

    private static func exchange(
        _ request: String, _ descriptor: Int32
    ) -> (status: Int, body: String)? {
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let length = request.utf8.count
        guard send(descriptor, request, length, Int32(MSG_NOSIGNAL)) == length else { return nil }
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
