// Texts as bytes, each operation in one place: generic ones are compiled anew for each use, which
// the size of the shipped agent shows.
extension String {
    /// The text in UTF-8.
    @inline(never)
    package var bytes: [UInt8] { Array(utf8) }

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
        return String(decoding: bytes[count...], as: UTF8.self)
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
