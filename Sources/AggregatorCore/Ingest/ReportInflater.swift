import CDeflate

/// Expands bodies, zlib (RFC 1950) or gzip (RFC 1952), one after another into kept memory.
///
/// libdeflate instead of zlib: a report is whole when it is expanded, so that nothing is gained by
/// streaming, and this takes half the time. Whatever the input claims, no more than `bytesMax`
/// bytes are ever written.
struct ReportInflater: ~Copyable {
    private let handle: OpaquePointer
    private let output: UnsafeMutableBufferPointer<UInt8>
    private let bytesMax: Int

    /// `spare` bytes are kept free behind the output, for readers that read in blocks.
    init(bytesMax: Int, spare: Int) throws(ReportError) {
        guard let handle = libdeflate_alloc_decompressor() else { throw .noReader }
        self.handle = handle
        self.bytesMax = bytesMax
        output = .allocate(capacity: bytesMax + spare)
        output.initialize(repeating: 0)
    }

    deinit {
        libdeflate_free_decompressor(handle)
        output.deallocate()
    }

    /// One whole stream's bytes, valid until the next.
    func inflate(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ReportError) -> UnsafeBufferPointer<UInt8> {
        var (taken, given) = (0, 0)
        // The two formats begin differently; RFC 1952 has the bytes 31 and 139.
        let isGzip = bytes.count > 2 && bytes[0] == 31 && bytes[1] == 139
        let expand = isGzip ? libdeflate_gzip_decompress_ex : libdeflate_zlib_decompress_ex
        let result = expand(
            handle, bytes.baseAddress, bytes.count, output.baseAddress, bytesMax, &taken, &given)
        switch result {
        case LIBDEFLATE_SUCCESS where taken == bytes.count:
            return UnsafeBufferPointer(rebasing: output[..<given])
        case LIBDEFLATE_INSUFFICIENT_SPACE: throw .inflatedTooLarge(bytesMax: bytesMax)
        default: throw .compressedDataInvalid
        }
    }
}
