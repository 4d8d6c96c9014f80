import CZlib

/// Expands zlib (RFC 1950) and gzip (RFC 1952) streams, one after another, up to a limit.
///
/// The state (44 KB) and the output are kept. Whatever the input claims, no more than `bytesMax`
/// bytes are ever written.
package struct Inflater: ~Copyable {
    package let bytesMax: Int
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableBufferPointer<UInt8>

    /// `spare` bytes are kept free behind the output, for readers that read in blocks (simdjson).
    package init(bytesMax: Int, spare: Int = 0) throws(TransportError) {
        self.bytesMax = bytesMax
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_inflate_init(stream) == Z_OK else {
            stream.deallocate()
            throw .compressionFailed
        }
        output = .allocate(capacity: bytesMax + 1 + spare)
        output.initialize(repeating: 0)
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Expands one whole stream and lends the bytes, valid within `body`.
    package mutating func inflate<Value>(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeBufferPointer<UInt8>) throws(TransportError) -> Value
    ) throws(TransportError) -> Value {
        guard inflateReset(stream) == Z_OK else { throw .compressionFailed }
        let source = bytes.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source)
        stream.pointee.avail_in = UInt32(bytes.count)
        stream.pointee.next_out = output.baseAddress
        // One more than allowed, so that exactly the limit still ends the stream.
        stream.pointee.avail_out = UInt32(bytesMax + 1)
        let code = CZlib.inflate(stream, Z_FINISH)
        let count = bytesMax + 1 - Int(stream.pointee.avail_out)
        guard count <= bytesMax else { throw .expandedTooLarge(bytesMax: bytesMax) }
        guard code == Z_STREAM_END, stream.pointee.avail_in == 0 else {
            throw .compressedDataInvalid
        }
        return try body(UnsafeBufferPointer(rebasing: output[..<count]))
    }
}
