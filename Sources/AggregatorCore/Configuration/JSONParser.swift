/// Reads JSON (RFC 8259) with the line of every value.
///
/// In Swift, since a configuration is read once: simdjson could name the place of a value and see a
/// key that is given twice, but its C++ is for the way of a report, where speed counts. Depth and
/// size are limited by `AggregatorLimits`.
struct JSONParser {
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    private var lineStart = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func parse(_ text: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(text)
        guard text.count <= AggregatorLimits.configurationBytesMax else {
            throw parser.error("longer than \(AggregatorLimits.configurationBytesMax) bytes")
        }
        guard String(validating: text, as: UTF8.self) != nil else {
            throw parser.error("not UTF-8")
        }
        let value = try parser.value()
        parser.skipSpace()
        guard parser.offset == text.count else { throw parser.error("text after the document") }
        return value
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        skipSpace()
        let line = line
        guard let byte = peek else { throw error("the document ends early") }
        let content: JSONValue.Content
        switch byte {
        case UInt8(ascii: "{"): content = .object(try object())
        case UInt8(ascii: "["): content = .array(try array())
        case UInt8(ascii: "\""): content = .string(try string())
        case UInt8(ascii: "t"): content = try word("true", .bool(true))
        case UInt8(ascii: "f"): content = try word("false", .bool(false))
        case UInt8(ascii: "n"): content = try word("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: content = .number(try number())
        default: throw error("no value starts with \(shown(byte))")
        }
        return JSONValue(content: content, line: line)
    }

    private mutating func open() throws(JSONSyntaxError) {
        depth += 1
        guard depth <= AggregatorLimits.configurationDepthMax else {
            throw error("nested deeper than \(AggregatorLimits.configurationDepthMax)")
        }
        offset += 1
    }

    private mutating func object() throws(JSONSyntaxError) -> [JSONMember] {
        try open()
        defer { depth -= 1 }
        var members: [JSONMember] = []
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("a key in quotes is expected") }
            let key = try string()
            guard take(UInt8(ascii: ":")) else { throw error("a colon is expected after the key") }
            members.append(JSONMember(key: key, value: try value()))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("a comma or } is expected") }
        return members
    }

    private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
        try open()
        defer { depth -= 1 }
        var values: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return values }
        repeat { values.append(try value()) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("a comma or ] is expected") }
        return values
    }

    private mutating func word(
        _ word: StaticString, _ content: JSONValue.Content
    ) throws(JSONSyntaxError) -> JSONValue.Content {
        for index in 0..<word.utf8CodeUnitCount {
            guard peek == word.utf8Start[index] else { throw error("\(word) is expected") }
            offset += 1
        }
        return content
    }
}

// Strings and numbers.
extension JSONParser {
    private mutating func string() throws(JSONSyntaxError) -> String {
        offset += 1
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                offset += 1
                try escape(to: &text)
            case 0..<0x20:
                throw error("a control character in a text")
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw error("a text without its closing quote")
    }

    private mutating func escape(to text: inout [UInt8]) throws(JSONSyntaxError) {
        let plain: [UInt8: UInt8] = [
            UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
            UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12,
            UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
        ]
        guard let byte = peek else { throw error("the document ends early") }
        offset += 1
        if let character = plain[byte] { return text.append(character) }
        guard byte == UInt8(ascii: "u") else { throw error("unknown escape \(shown(byte))") }
        var units = [try codeUnit()]
        if UTF16.isLeadSurrogate(units[0]), peek == UInt8(ascii: "\\") {
            offset += 1
            guard peek == UInt8(ascii: "u") else { throw error("half of a surrogate pair") }
            offset += 1
            units.append(try codeUnit())
        }
        guard let character = String(validating: units, as: UTF16.self) else {
            throw error("half of a surrogate pair")
        }
        text.append(contentsOf: character.utf8)
    }

    private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
        guard offset + 4 <= bytes.count,
            let digits = String(validating: bytes[offset..<(offset + 4)], as: UTF8.self),
            digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let unit = UInt16(digits, radix: 16)
        else { throw error("four hexadecimal digits are expected") }
        offset += 4
        return unit
    }

    private mutating func number() throws(JSONSyntaxError) -> Double {
        let start = offset
        if peek == UInt8(ascii: "-") { offset += 1 }
        let whole = digits()
        guard whole > 0 else { throw error("a digit is expected") }
        if whole > 1, bytes[offset - whole] == UInt8(ascii: "0") {
            throw error("a number with a leading zero")
        }
        if peek == UInt8(ascii: ".") {
            offset += 1
            guard digits() > 0 else { throw error("a digit is expected") }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            offset += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
            guard digits() > 0 else { throw error("a digit is expected") }
        }
        guard let value = Double(String(decoding: bytes[start..<offset], as: UTF8.self)),
            value.isFinite
        else { throw error("a number that is too large") }
        return value
    }

    private mutating func digits() -> Int {
        let start = offset
        while let byte = peek, (0x30...0x39).contains(byte) { offset += 1 }
        return offset - start
    }
}

// Where it stands.
extension JSONParser {
    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// The only place where a line can end: texts have no control characters.
    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            offset += 1
            if byte == 0x0A {
                line += 1
                lineStart = offset
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private func error(_ reason: String) -> JSONSyntaxError {
        JSONSyntaxError(line: line, column: offset - lineStart + 1, reason: reason)
    }

    private func shown(_ byte: UInt8) -> String {
        (0x21..<0x7F).contains(byte)
            ? "\(Character(Unicode.Scalar(byte)))" : "byte \(byte)"
    }
}
