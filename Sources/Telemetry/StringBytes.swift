extension String {
    /// Whether the bytes are the same: `==` compares canonical forms, whose tables are large.
    package func hasBytes(of text: StaticString) -> Bool {
        let own = self.utf8
        return own.count == text.utf8CodeUnitCount && hasPrefixBytes(of: text)
    }

    package func hasPrefixBytes(of text: StaticString) -> Bool {
        var index = 0
        for byte in self.utf8 {
            guard index < text.utf8CodeUnitCount else { return true }
            if byte != text.utf8Start[index] { return false }
            index += 1
        }
        return index == text.utf8CodeUnitCount
    }

    /// The text from a byte offset on; the offset is behind an ASCII character.
    package func droppingBytes(_ count: Int) -> String {
        let bytes = self.utf8
        guard count < bytes.count else { return "" }
        return String(decoding: Array(bytes)[count...], as: UTF8.self)
    }

    /// The whole number that the text is, in decimal digits only; `nil` when it is anything else.
    package var wholeNumber: Int? {
        let bytes = self.utf8
        guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
        var value = 0
        for byte in bytes {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }
}
