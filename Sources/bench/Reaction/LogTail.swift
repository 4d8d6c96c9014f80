import Foundation

/// The lines that a growing file got since they were last taken.
struct LogTail {
    private let url: URL
    private var offset: UInt64 = 0

    init(_ path: String) {
        url = URL(fileURLWithPath: path)
    }

    /// Whole lines only; what is still being written comes the next time.
    mutating func take() throws -> [Data] {
        let file = try FileHandle(forReadingFrom: url)
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        guard let data = try file.readToEnd(),
            let end = data.lastIndex(of: UInt8(ascii: "\n"))
        else { return [] }
        offset += UInt64(end - data.startIndex + 1)
        return data[..<end].split(separator: UInt8(ascii: "\n")).map { Data($0) }
    }
}
