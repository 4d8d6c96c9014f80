import CPlatform
import Writing

/// A file of `/proc` that stays open: each read gives it as it is then, without another `open`.
package struct KeptFile: ~Copyable {
    private let owner: Descriptor

    package init(_ path: String) throws(SystemError) {
        let descriptor = platform_open_to_read(path.cString)
        guard descriptor >= 0 else { throw SystemError(number: platform_errno()) }
        owner = Descriptor(descriptor)
    }

    /// Reads from an offset on; the bytes read, 0 at the end.
    package func read(
        at offset: Int = 0, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        let count = pread(owner.number, buffer.baseAddress, buffer.count, off_t(offset))
        guard count >= 0 else { throw SystemError(number: platform_errno()) }
        return count
    }
}
