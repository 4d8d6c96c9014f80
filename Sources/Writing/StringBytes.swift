// Texts as bytes, each operation in one place: generic ones are compiled again for each use, which
// the size of the shipped agent shows.
extension String {
    /// The text in UTF-8.
    @inline(never)
    package var bytes: [UInt8] {
        guard let bytes = utf8.withContiguousStorageIfAvailable({ Array($0) }) else {
            preconditionFailure("texts are in UTF-8 on Linux")
        }
        return bytes
    }

    /// The text of C up to its zero. One that is not UTF-8 has `?` for each byte beyond ASCII:
    /// the library's repair brings UTF-16, and 7 KB, into the shipped agent.
    @inline(never)
    package init(c text: UnsafePointer<CChar>) {
        if let valid = String(validatingCString: text) {
            self = valid
            return
        }
        var ascii: [CChar] = []
        var next = text
        while next.pointee != 0 {
            // C's characters have a sign on one architecture, and none on the other.
            let byte = UInt8(truncatingIfNeeded: next.pointee)
            ascii.append(CChar(truncatingIfNeeded: byte < 0x80 ? byte : UInt8(ascii: "?")))
            next += 1
        }
        ascii.append(0)
        self = ascii.withUnsafeBufferPointer {
            $0.baseAddress.flatMap { String(validatingCString: $0) } ?? ""
        }
    }

    /// The text of these bytes, with `?` for a zero and as above.
    @inline(never)
    package init(bytes: ArraySlice<UInt8>) {
        var text: [CChar] = []
        for byte in bytes {
            text.append(CChar(truncatingIfNeeded: byte == 0 ? UInt8(ascii: "?") : byte))
        }
        text.append(0)
        self.init(c: text)
    }

    package init(bytes: [UInt8]) {
        self.init(bytes: bytes[...])
    }

    /// The text for C, with the zero at its end; what the compiler makes of a text given to C
    /// brings the tables of UTF-16 with it.
    @inline(never)
    package var cString: [CChar] {
        var text: [CChar] = []
        for byte in bytes { text.append(CChar(truncatingIfNeeded: byte)) }
        text.append(0)
        return text
    }

    /// Whether the bytes are the same: `==` compares canonical forms, whose tables are large.
    @inline(never)
    package func hasBytes(of text: StaticString) -> Bool {
        let own = bytes
        return own.count == text.utf8CodeUnitCount && Self.begins(own, with: text)
    }

    @inline(never)
    package func hasPrefixBytes(of text: StaticString) -> Bool {
        Self.begins(bytes, with: text)
    }

    private static func begins(_ bytes: [UInt8], with text: StaticString) -> Bool {
        guard bytes.count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    /// The text from a byte offset on; the offset is behind an ASCII character.
    @inline(never)
    package func droppingBytes(_ count: Int) -> String {
        let bytes = bytes
        guard count < bytes.count else { return "" }
        return String(bytes: bytes[count...])
    }

    /// The whole number that the text is, in decimal digits only; `nil` when it is anything else.
    @inline(never)
    package var wholeNumber: Int? {
        let bytes = bytes
        guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
        var value = 0
        for byte in bytes {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }
}
