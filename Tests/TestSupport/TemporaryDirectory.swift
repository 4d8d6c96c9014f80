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

    static func uniquePath(_ kind: String) -> String {
        "/tmp/fargate-autoscaler-\(kind)-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    }
}
