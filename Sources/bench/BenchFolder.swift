import Foundation

/// A folder for the files of one run of a bench, which goes with it.
final class BenchFolder {
    let url: URL

    init(_ name: String) throws {
        url = FileManager.default.temporaryDirectory.appending(
            path: "bench-\(name)-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // What is left behind is a few logs in the system's folder for such.
        try? FileManager.default.removeItem(at: url)
    }

    /// The path of a program that was built next to this one.
    func program(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name)
            .path
    }
}
