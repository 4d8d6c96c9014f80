import Foundation

/// Where things are in this checkout.
package enum Repository {
    package static let root: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// A helper program of the tests, in Tests/Support.
    package static func support(_ name: String) -> String { "\(root)/Tests/Support/\(name)" }

    /// A program built beside these tests: `agent`, `aggregator`, `fargate-local`.
    package static func program(_ name: String) throws(TestFailure) -> String {
        guard
            let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        else { throw TestFailure("/proc/self/exe is not readable") }
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().path + "/" + name
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw TestFailure("\(path) is not built")
        }
        return path
    }

    /// The interpreter of the venv that holds moto and botocore.
    package static var python: String {
        let venv = ProcessInfo.processInfo.environment["PYTHON_VENV"] ?? "\(root)/.build/venv"
        return "\(venv)/bin/python"
    }
}
