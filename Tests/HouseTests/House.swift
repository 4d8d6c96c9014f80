import Foundation

/// The repository as the house tests see it.
enum House {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The Swift files below `Sources/TARGET`.
    static func swiftFiles(of target: String) throws -> [URL] {
        let folder = root.appending(path: "Sources/\(target)")
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (all?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
    }

    static func targets() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
            .filter { !$0.hasSuffix(".md") }.sorted()
    }

    /// The modules that a file imports.
    static func imports(in file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
                words[..<index].allSatisfy({ $0.hasPrefix("@") || $0 == "package" })
            else { return nil }
            // `import struct Foundation.URL` names a kind first.
            let name = words.count > index + 2 ? words[index + 2] : words[index + 1]
            return String(name.prefix { $0 != "." })
        }
    }
}
