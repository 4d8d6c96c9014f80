import Foundation
import Glibc

/// A directory that is there as long as this object.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        path = Self.uniquePath("test")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        // A directory left behind harms no test.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and gives its path.
    package func write(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    /// Copies a file or a directory to where any user may read it, and gives its path: others may
    /// not enter this checkout's directory.
    ///
    /// By a process: a program written here cannot be started (ETXTBSY) while a child that another
    /// test just forked still has its descriptor.
    package func copyForAnybody(_ source: String) async throws -> String {
        let copy = "\(path)/\(URL(fileURLWithPath: source).lastPathComponent)"
        let process = try TestProcess("cp", ["-r", source, copy])
        guard try await process.exit() == .code(0) else { throw TestFailure(process.output) }
        chmod(path, 0o755)
        return copy
    }

    static func uniquePath(_ kind: String) -> String {
        "/tmp/fargate-autoscaler-\(kind)-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    }
}
