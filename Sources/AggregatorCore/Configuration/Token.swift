/// A secret that a client shows; it prints as nothing that could be used.
package struct Token: Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var description: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// What a client of ours sends; for nothing else.
    var header: String { "Authorization: Bearer " + String(decoding: bytes, as: UTF8.self) }

    package func equals(_ other: Token) -> Bool {
        other.bytes.withUnsafeBytes { equals($0) }
    }

    /// Whether these are the token's bytes; the time taken depends only on what was given.
    package func equals(_ given: UnsafeRawBufferPointer) -> Bool {
        var difference = UInt(bitPattern: given.count ^ bytes.count)
        for index in 0..<given.count {
            // Wraps around a shorter token: the length's difference has refused it already.
            difference |= UInt(given[index] ^ bytes[index % bytes.count])
        }
        return difference == 0
    }
}
