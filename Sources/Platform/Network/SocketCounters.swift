/// Reads the kernel's counts of sockets from texts of `/proc/net`.
///
/// Source: proc(5). `sockstat` and `sockstat6` have lines like `TCP: inuse 27 orphan 0 tw 0 …`;
/// `netstat` has pairs of lines, the names and below them the values: `TcpExt: SyncookiesSent …`.
/// A number that the text ends with may be cut short, and is not taken.
package enum SocketCounters {
    /// The number behind a line's beginning, as in `TCP: inuse 27`; `nil` without that line.
    package static func number(
        after start: StaticString, in text: UnsafeRawBufferPointer
    ) -> Int? {
        var scanner = ProcScanner(text)
        repeat {
            guard scanner.skip(start) else { continue }
            return scanner.number().flatMap { Int(exactly: $0) }
        } while scanner.skipLine()
        return nil
    }

    /// The value below a name in the pair of lines that begin with `group`, as in `TcpExt:`.
    package static func value(
        of name: StaticString, group: StaticString, in text: UnsafeRawBufferPointer
    ) -> UInt64? {
        var names = ProcScanner(text)
        while !names.skip(group) {
            guard names.skipLine() else { return nil }
        }
        var values = names
        guard values.skipLine(), values.skip(group) else { return nil }
        while names.skipSpaces() {
            guard values.skipSpaces() else { return nil }
            if names.skipWord(name) { return values.number() }
            names.skipWord()
            values.skipWord()
        }
        return nil
    }
}

/// Walks over a text of `/proc`.
struct ProcScanner {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private static let space = UInt8(ascii: " ")
    private static let newline = UInt8(ascii: "\n")

    private var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// Goes past the text, when it is next.
    @inline(never)
    mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard count <= bytes.count - offset else { return false }
        for index in 0..<count where bytes[offset + index] != text.utf8Start[index] { return false }
        offset += count
        return true
    }

    /// Goes past the word, when it is next, whole.
    @inline(never)
    mutating func skipWord(_ text: StaticString) -> Bool {
        let start = offset
        if skip(text), byte == Self.space || byte == Self.newline { return true }
        offset = start
        return false
    }

    @inline(never)
    mutating func skipWord() {
        while let byte, byte != Self.space, byte != Self.newline { offset += 1 }
    }

    /// Whether a word of the same line follows the spaces.
    @inline(never)
    mutating func skipSpaces() -> Bool {
        while byte == Self.space { offset += 1 }
        return byte != nil && byte != Self.newline
    }

    /// Goes to the next line; false when there is none.
    @inline(never)
    mutating func skipLine() -> Bool {
        while let byte, byte != Self.newline { offset += 1 }
        guard offset < bytes.count else { return false }
        offset += 1
        return offset < bytes.count
    }

    /// A decimal number; whatever ends it must be there.
    @inline(never)
    mutating func number() -> UInt64? {
        _ = skipSpaces()
        var value: UInt64 = 0
        let start = offset
        while let byte, let digit = Self.digit(byte), digit < 10 {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeToo) = product.addingReportingOverflow(digit)
            guard !isTooLarge, !isTooLargeToo else { return nil }
            value = sum
            offset += 1
        }
        return offset > start && byte != nil ? value : nil
    }

    /// A hexadecimal number of so many digits, at most 16.
    @inline(never)
    mutating func hexadecimal(digits count: Int) -> UInt64? {
        var value: UInt64 = 0
        for _ in 0..<count {
            guard let byte, let digit = Self.digit(byte) else { return nil }
            value = value << 4 | digit
            offset += 1
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
