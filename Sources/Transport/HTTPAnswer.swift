import Writing

/// One HTTP/1.1 answer (RFC 9112), read strictly from the bytes of a connection.
///
/// Only what a status page needs: no content coding, no trailers' meaning, no 1xx. Whatever is
/// not exactly an answer is an error, and the connection is then of no more use.
package struct HTTPAnswer {
    package var status: Int
    /// Whether the peer closes the connection after this answer.
    package var closes: Bool
    /// How many bytes of the connection the answer took.
    package var length: Int

    /// Reads an answer and replaces `body` with what it carries; `nil` while it is not whole.
    package static func read(
        _ bytes: [UInt8], atEnd: Bool, bodyBytesMax: Int, into body: inout [UInt8]
    ) throws(HTTPAnswerError) -> HTTPAnswer? {
        var head = HTTPHead(bytes: bytes)
        guard try head.read() else {
            if atEnd { throw bytes.isEmpty ? .closed : .cutShort }
            return nil
        }
        var answer = HTTPAnswer(status: head.status, closes: head.closes, length: head.end)
        body.removeAll(keepingCapacity: true)
        // These have no body, whatever their headers say (RFC 9112, section 6.3).
        if head.status == 204 || head.status == 304 { return answer }
        if head.isChunked {
            var chunks = HTTPChunks(bytes: bytes, offset: head.end, bodyBytesMax: bodyBytesMax)
            guard let end = try chunks.read(into: &body) else {
                if atEnd { throw .cutShort }
                return nil
            }
            answer.length = end
            return answer
        }
        if let length = head.contentLength {
            guard length <= bodyBytesMax else { throw .tooLarge(bytesMax: bodyBytesMax) }
            guard bytes.count >= head.end + length else {
                if atEnd { throw .cutShort }
                return nil
            }
            body.append(contentsOf: bytes[head.end..<(head.end + length)])
            answer.length = head.end + length
            return answer
        }
        // Without a length the body lasts until the peer closes.
        guard bytes.count - head.end <= bodyBytesMax else {
            throw .tooLarge(bytesMax: bodyBytesMax)
        }
        guard atEnd else { return nil }
        body.append(contentsOf: bytes[head.end...])
        answer.length = bytes.count
        answer.closes = true
        return answer
    }
}

/// Why bytes are not an HTTP answer.
package enum HTTPAnswerError: Error {
    /// The peer closed before it answered.
    case closed
    /// The peer closed within its answer.
    case cutShort
    case tooLarge(bytesMax: Int)
    case malformed(StaticString)

    /// What a person reads in a log.
    package var text: String {
        switch self {
        case .closed: "closed without an answer"
        case .cutShort: "closed within the answer"
        case .tooLarge(let limit): Text("answer larger than ").add(limit).add(" bytes").string
        case .malformed(let what): Text("not HTTP: ").add(what).string
        }
    }
}

/// The status line and the headers.
private struct HTTPHead {
    /// Headers beyond this are refused; some servers put kilobytes of policies on every page.
    static let bytesMax = 64 * 1024

    let bytes: [UInt8]
    var status = 0
    var contentLength: Int?
    var isChunked = false
    var closes = false
    /// The offset of the body.
    var end = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// False while the head is not whole.
    mutating func read() throws(HTTPAnswerError) -> Bool {
        guard let first = try nextLine() else { return false }
        try readStatus(first)
        while let line = try nextLine() {
            if !line.isEmpty {
                try readHeader(line)
                continue
            }
            guard !isChunked || contentLength == nil else { throw .malformed("two lengths") }
            return true
        }
        return false
    }

    private mutating func nextLine() throws(HTTPAnswerError) -> Range<Int>? {
        var offset = end
        while offset < bytes.count {
            guard offset < Self.bytesMax else { throw .tooLarge(bytesMax: Self.bytesMax) }
            if bytes[offset] == 0x0A {
                guard offset > end, bytes[offset - 1] == 0x0D else {
                    throw .malformed("a line without CR")
                }
                let line = end..<(offset - 1)
                end = offset + 1
                return line
            }
            offset += 1
        }
        return nil
    }

    private mutating func readStatus(_ line: Range<Int>) throws(HTTPAnswerError) {
        // `HTTP/1.1 200 OK`; the reason may be missing, the space before it not.
        guard line.count >= 12, starts(line, with: "http/1."),
            let minor = digit(at: line.lowerBound + 7), minor <= 1,
            bytes[line.lowerBound + 8] == 0x20,
            let hundreds = digit(at: line.lowerBound + 9), (2...5).contains(hundreds),
            let tens = digit(at: line.lowerBound + 10),
            let units = digit(at: line.lowerBound + 11),
            line.count == 12 || bytes[line.lowerBound + 12] == 0x20
        else { throw .malformed("no status line") }
        status = hundreds * 100 + tens * 10 + units
        closes = minor == 0
    }

    private mutating func readHeader(_ line: Range<Int>) throws(HTTPAnswerError) {
        guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")), colon > line.lowerBound
        else { throw .malformed("a header without a name") }
        let value = trimmed((colon + 1)..<line.upperBound)
        let name = line.lowerBound..<colon
        if equals(name, "content-length") {
            let length = try decimal(value)
            guard contentLength == nil || contentLength == length else {
                throw .malformed("two lengths")
            }
            contentLength = length
        } else if equals(name, "transfer-encoding") {
            guard equals(value, "chunked") else { throw .malformed("unknown transfer coding") }
            isChunked = true
        } else if equals(name, "connection") {
            if equals(value, "close") { closes = true }
            if equals(value, "keep-alive") { closes = false }
        }
    }

    private func digit(at offset: Int) -> Int? {
        let byte = bytes[offset]
        return (0x30...0x39).contains(byte) ? Int(byte - 0x30) : nil
    }

    private func decimal(_ range: Range<Int>) throws(HTTPAnswerError) -> Int {
        guard !range.isEmpty, range.count <= 9 else { throw .malformed("bad length") }
        var value = 0
        for offset in range {
            guard let digit = digit(at: offset) else { throw .malformed("bad length") }
            value = value * 10 + digit
        }
        return value
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, bytes[low] == 0x20 || bytes[low] == 0x09 { low += 1 }
        while high > low, bytes[high - 1] == 0x20 || bytes[high - 1] == 0x09 { high -= 1 }
        return low..<high
    }

    private func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && starts(range, with: text)
    }

    /// Whether the bytes begin with a text of lower case, in any case.
    private func starts(_ range: Range<Int>, with text: StaticString) -> Bool {
        guard range.count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount {
            var byte = bytes[range.lowerBound + index]
            if (0x41...0x5A).contains(byte) { byte += 0x20 }
            if byte != text.utf8Start[index] { return false }
        }
        return true
    }
}

/// The chunks of a body of unknown length (RFC 9112, section 7.1).
private struct HTTPChunks {
    let bytes: [UInt8]
    var offset: Int
    let bodyBytesMax: Int

    init(bytes: [UInt8], offset: Int, bodyBytesMax: Int) {
        self.bytes = bytes
        self.offset = offset
        self.bodyBytesMax = bodyBytesMax
    }

    /// The offset behind the last chunk; `nil` while chunks are missing.
    mutating func read(into body: inout [UInt8]) throws(HTTPAnswerError) -> Int? {
        while true {
            guard let size = try readSize() else { return nil }
            guard body.count + size <= bodyBytesMax else {
                throw .tooLarge(bytesMax: bodyBytesMax)
            }
            // A trailer after the last chunk would not fit the empty line, and is refused.
            guard bytes.count >= offset + size + 2 else { return nil }
            body.append(contentsOf: bytes[offset..<(offset + size)])
            offset += size
            guard bytes[offset] == 0x0D, bytes[offset + 1] == 0x0A else {
                throw .malformed("a chunk without its end")
            }
            offset += 2
            if size == 0 { return offset }
        }
    }

    private mutating func readSize() throws(HTTPAnswerError) -> Int? {
        var size = 0
        var digits = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            let value: UInt8
            switch byte {
            case 0x30...0x39: value = byte - 0x30
            case 0x41...0x46: value = byte - 0x41 + 10
            case 0x61...0x66: value = byte - 0x61 + 10
            case 0x0D:
                guard digits > 0 else { throw .malformed("a chunk without a size") }
                guard offset + 1 < bytes.count else { return nil }
                guard bytes[offset + 1] == 0x0A else { throw .malformed("bad chunk size") }
                offset += 2
                return size
            default: throw .malformed("bad chunk size")
            }
            digits += 1
            guard digits <= 6 else { throw .tooLarge(bytesMax: bodyBytesMax) }
            size = size * 16 + Int(value)
            offset += 1
        }
        return nil
    }
}
