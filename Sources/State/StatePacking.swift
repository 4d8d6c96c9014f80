import CZlib

/// A document compressed (zlib, RFC 1950) behind a line that says what it should be.
///
/// `fargate-autoscaler state 1 BYTES CRC32`, a line end, then the compressed bytes: how many the
/// document has, and the CRC-32 of the compressed ones. So a file that was cut short, or a bit that
/// turned, is seen before anything of it is believed.
enum StatePacking {
    static let form = 1
    private static let magic = "fargate-autoscaler state "
    private static let headerBytesMax = 100

    static func pack(_ document: [UInt8]) throws(StateError) -> [UInt8] {
        let compressed = try compress(document)
        let header =
            "\(magic)\(form) \(document.count) \(String(checksum(compressed[...]), radix: 16))\n"
        return Array(header.utf8) + compressed
    }

    static func unpack(_ bytes: [UInt8]) throws(StateError) -> [UInt8] {
        guard let end = bytes.prefix(headerBytesMax).firstIndex(of: UInt8(ascii: "\n")) else {
            throw .damaged(reason: "its first line is missing")
        }
        let header = String(decoding: bytes[..<end], as: UTF8.self)
        let words = header.split(separator: " ")
        guard header.hasPrefix(magic), words.count == 5, let form = Int(words[2]) else {
            throw .damaged(reason: "it begins with something else")
        }
        guard form <= Self.form else { throw .newer(version: form) }
        guard let count = Int(words[3]), let sum = UInt(words[4], radix: 16) else {
            throw .damaged(reason: "its first line is changed")
        }
        let compressed = bytes[(end + 1)...]
        guard checksum(compressed) == sum else {
            throw .damaged(reason: "its checksum is another")
        }
        guard (0...StateLimits.documentBytesMax).contains(count) else {
            throw .tooLarge(bytes: count, bytesMax: StateLimits.documentBytesMax)
        }
        return try expand(compressed, to: count)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt {
        bytes.withUnsafeBufferPointer {
            UInt(crc32(crc32(0, nil, 0), $0.baseAddress, UInt32($0.count)))
        }
    }

    private static func compress(_ bytes: [UInt8]) throws(StateError) -> [UInt8] {
        var count = compressBound(UInt(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(count))
        let code = compress2(&output, &count, bytes, UInt(bytes.count), Z_BEST_SPEED)
        guard code == Z_OK else { throw .unavailable(reason: "zlib says \(code)") }
        return Array(output.prefix(Int(count)))
    }

    /// No more than `count` bytes are ever written, whatever the input claims.
    private static func expand(
        _ bytes: ArraySlice<UInt8>, to count: Int
    ) throws(StateError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: max(1, count))
        var given = UInt(count)
        let code = bytes.withUnsafeBufferPointer {
            uncompress(&output, &given, $0.baseAddress, UInt($0.count))
        }
        guard code == Z_OK, given == UInt(count) else {
            throw .damaged(reason: "it does not expand to what it says")
        }
        return Array(output.prefix(count))
    }
}
