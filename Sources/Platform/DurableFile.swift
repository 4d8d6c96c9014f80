#if !hasFeature(Embedded)
import CPlatform
import Writing

/// Small files that outlive the program and the machine's power.
package enum DurableFile {
    /// Puts `bytes` in place of the file's, whole or not at all: a crash at any moment leaves the
    /// file as it was, or as it is now.
    ///
    /// Written next to it, in `PATH.new`; synchronized; renamed over it; then the folder is
    /// synchronized, without which the name may still lead to the old bytes (fsync(2)).
    package static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let new = path + ".new"
        let number = platform_open_to_replace(new.cString)
        guard number >= 0 else { throw .last }
        let file = Descriptor(number)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                platform_write(file.number, $0.baseAddress, $0.count)
            }
            if count < 0 && platform_errno() == EINTR { continue }
            guard count > 0 else { throw .last }
            rest = rest.dropFirst(count)
        }
        guard platform_sync(file.number) == 0 else { throw .last }
        try rename(new, to: path)
    }

    /// Gives the file another name in the same folder.
    package static func rename(_ path: String, to other: String) throws(SystemError) {
        guard platform_rename(path.cString, other.cString) == 0 else { throw .last }
        let number = platform_open_to_read(folder(of: other).cString)
        guard number >= 0 else { throw .last }
        let folder = Descriptor(number)
        guard platform_sync(folder.number) == 0 else { throw .last }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension SystemError {
    /// What the call that just failed said.
    fileprivate static var last: SystemError { SystemError(number: platform_errno()) }

    package var isNoSuchFile: Bool { number == ENOENT }
}
#endif
