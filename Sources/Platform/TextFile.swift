import CPlatform
import Writing

/// Reads small files whole.
package enum TextFile {
    /// The file's bytes; at most `bytesMax`, a longer file is an error (EFBIG).
    package static func read(
        _ path: String, bytesMax: Int
    ) throws(SystemError) -> [UInt8] {
        let number = platform_open_to_read(path.cString)
        guard number >= 0 else { throw SystemError(number: platform_errno()) }
        let file = Descriptor(number)
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let offset = count
            let got = bytes.withUnsafeMutableBytes {
                platform_read(
                    file.number, $0.baseAddress?.advanced(by: offset), $0.count - offset)
            }
            if got < 0 && platform_errno() == EINTR { continue }
            guard got >= 0 else { throw SystemError(number: platform_errno()) }
            if got == 0 { break }
            count += got
        }
        guard count <= bytesMax else { throw SystemError(number: EFBIG) }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
