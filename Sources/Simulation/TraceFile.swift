import CDeflate
import FoundationEssentials

/// Reads a trace's file, as it is or compressed by gzip (RFC 1952).
package enum TraceFile {
    /// A year of seconds takes about 200 MB as text.
    package static let bytesMax = 512 << 20

    /// The file's text, expanded; at most `bytesMax` bytes of it, however small the file claims to
    /// be.
    package static func text(_ path: String, bytesMax: Int = bytesMax) throws(TraceError) -> String
    {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw TraceError(line: 0, problem: "the file cannot be read: \(error)")
        }
        guard data.count <= bytesMax else { throw tooLarge(bytesMax) }
        let bytes = Array(data)
        guard bytes.starts(with: [31, 139]) else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: try expanded(bytes, bytesMax: bytesMax), as: UTF8.self)
    }

    private static func tooLarge(_ bytesMax: Int) -> TraceError {
        TraceError(line: 0, problem: "the trace has more than \(bytesMax >> 20) MiB of text")
    }

    /// All members of a gzip file, one after another; grows with what comes out.
    private static func expanded(
        _ bytes: [UInt8], bytesMax: Int
    ) throws(TraceError) -> [UInt8] {
        guard let handle = libdeflate_alloc_decompressor() else {
            throw TraceError(line: 0, problem: "no memory to expand the file")
        }
        defer { libdeflate_free_decompressor(handle) }
        var text: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            var room = min(bytesMax, max(1 << 20, rest.count * 8))
            while true {
                var (taken, given) = (0, 0)
                var result = LIBDEFLATE_SUCCESS
                let member = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                    result = rest.withUnsafeBytes {
                        libdeflate_gzip_decompress_ex(
                            handle, $0.baseAddress, $0.count, buffer.baseAddress, room, &taken,
                            &given)
                    }
                    count = result == LIBDEFLATE_SUCCESS ? given : 0
                }
                if result == LIBDEFLATE_INSUFFICIENT_SPACE, room < bytesMax {
                    room = min(bytesMax, room * 4)
                    continue
                }
                if result == LIBDEFLATE_INSUFFICIENT_SPACE { throw tooLarge(bytesMax) }
                guard result == LIBDEFLATE_SUCCESS, taken > 0 else {
                    throw TraceError(line: 0, problem: "the gzip file is damaged or cut short")
                }
                text += member
                rest = rest.dropFirst(taken)
                break
            }
            guard text.count <= bytesMax else { throw tooLarge(bytesMax) }
        }
        return text
    }
}
