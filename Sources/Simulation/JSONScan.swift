import Values

/// Finds members in a line of JSON that a program of ours wrote: flat, without spaces.
enum JSONScan {
    /// The number of the first member of that name.
    static func number(_ name: String, in line: Substring) -> Double? {
        value(name, in: line).flatMap { Double($0) }
    }

    /// The text of the first member of that name, without escapes.
    static func string(_ name: String, in line: Substring) -> String? {
        guard let text = value(name, in: line), text.count >= 2, text.hasPrefix("\"") else {
            return nil
        }
        return String(text.dropFirst().dropLast())
    }

    /// A time such as `2026-11-24T08:00:00.000Z`, in seconds since 1970.
    static func seconds(_ name: String, in line: Substring) -> Double? {
        guard let text = value(name, in: line) else { return nil }
        return UTCTime.ms(of: text.filter { $0 != "\"" }).map { Double($0) / 1000 }
    }

    private static func value(_ name: String, in line: Substring) -> Substring? {
        let key = Array("\"\(name)\":".utf8)
        let bytes = Array(line.utf8)
        guard bytes.count > key.count else { return nil }
        for start in 0..<(bytes.count - key.count)
        where bytes[start] == key[0] && Array(bytes[start..<start + key.count]) == key {
            let from = line.utf8.index(line.startIndex, offsetBy: start + key.count)
            return line[from...].prefix { $0 != "," && $0 != "}" }
        }
        return nil
    }
}
