/// What the load generator needs of an HTTP/1.1 answer: its status, and where it ends.
struct AnswerHead {
    let status: Int
    /// Head and body, in bytes.
    let length: Int

    /// `nil` when the answer is not complete.
    init?(_ bytes: UnsafeRawBufferPointer) {
        // "HTTP/1.1 204"
        guard bytes.count >= 16, let headEnd = Self.headEnd(bytes) else { return nil }
        status = bytes[9..<12].reduce(0) { $0 * 10 + Int($1) - 0x30 }
        length = headEnd + Self.contentLength(UnsafeRawBufferPointer(rebasing: bytes[..<headEnd]))
        guard bytes.count >= length else { return nil }
    }

    private static func headEnd(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var index = 3
        while index < bytes.count {
            if bytes[index] == 0x0A, bytes[index - 1] == 0x0D, bytes[index - 2] == 0x0A {
                return index + 1
            }
            index += 1
        }
        return nil
    }

    private static func contentLength(_ head: UnsafeRawBufferPointer) -> Int {
        let name: StaticString = "\ncontent-length: "
        let nameLength = name.utf8CodeUnitCount
        var start = 0
        while start + nameLength < head.count {
            if head[start] == 0x0A, matches(head, at: start, name) {
                var value = 0
                for byte in head[(start + nameLength)...] {
                    guard (0x30...0x39).contains(byte), value < 1 << 30 else { break }
                    value = value * 10 + Int(byte - 0x30)
                }
                return value
            }
            start += 1
        }
        return 0
    }

    private static func matches(
        _ bytes: UnsafeRawBufferPointer, at start: Int, _ name: StaticString
    ) -> Bool {
        for index in 0..<name.utf8CodeUnitCount {
            let (given, expected) = (bytes[start + index], name.utf8Start[index])
            let isLetter = (0x61...0x7A).contains(expected)
            guard given == expected || (isLetter && given | 0x20 == expected) else { return false }
        }
        return true
    }
}
