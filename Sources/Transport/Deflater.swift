import CZlib

/// Compresses to zlib streams (RFC 1950), one after another, with one kept state of 32 KB.
///
/// A report is small and repeats itself within a kilobyte: zlib's usual window and hash (256 KB)
/// would save not one byte in a hundred.
package struct Deflater: ~Copyable {
    private let state: DeflateState
    private var output: [UInt8] = []

    /// `level` is zlib's, 1 (fast) to 9 (small).
    package init(level: Int32 = 1) throws(TransportError) {
        state = try DeflateState(level: level)
    }

    /// The bytes as one whole stream.
    package mutating func deflate(_ bytes: [UInt8]) throws(TransportError) -> [UInt8] {
        let stream = state.stream
        guard deflateReset(stream) == Z_OK else { throw .compressionFailed }
        let bound = Int(deflateBound(stream, uLong(bytes.count)))
        if output.count < bound { output = [UInt8](repeating: 0, count: bound) }
        var input = bytes
        let (code, left) = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = source.baseAddress
                stream.pointee.avail_in = UInt32(source.count)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(target.count)
                let code = CZlib.deflate(stream, Z_FINISH)
                return (code, Int(stream.pointee.avail_out))
            }
        }
        guard code == Z_STREAM_END else { throw .compressionFailed }
        return Array(output[..<(output.count - left)])
    }
}

/// Owns zlib's state. A class, since Embedded Swift cannot end a `~Copyable` struct in another
/// module.
private final class DeflateState {
    // Kept in place: zlib's state points back to it.
    let stream: UnsafeMutablePointer<z_stream>
    private static let windowBits: Int32 = 12
    private static let memoryLevel: Int32 = 5

    init(level: Int32) throws(TransportError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_deflate_init(stream, level, Self.windowBits, Self.memoryLevel) == Z_OK else {
            stream.deallocate()
            throw .compressionFailed
        }
        // Last, so that a failure before leaves nothing for `deinit` to end.
        self.stream = stream
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }
}
