/// Columns of text, as wide as their longest entry; two spaces between.
package struct Table {
    private var rows: [[String]]
    /// How an entry is marked for a person, such as by a color; it does not count as width.
    private let mark: (_ row: Int, _ column: Int, String) -> String

    package init(
        _ heads: [String],
        mark: @escaping (_ row: Int, _ column: Int, String) -> String = { $2 }
    ) {
        rows = [heads]
        self.mark = mark
    }

    package mutating func add(_ row: [String]) {
        precondition(row.count == rows[0].count, "a row has an entry for each column")
        rows.append(row)
    }

    package var text: String {
        let columns = rows[0].indices
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.enumerated().map { number, row in
            columns.map { column in
                let isLast = column == columns.last
                let space = isLast ? 0 : widths[column] - row[column].count + 2
                return mark(number, column, row[column]) + String(repeating: " ", count: space)
            }.joined() + "\n"
        }.joined()
    }
}

/// Colors for a terminal, where a person wants them.
package enum Ink: String, Sendable {
    case plain = ""
    case good = "32"
    case doubtful = "33"
    case bad = "31"
    case strong = "1"

    package func on(_ text: String, isColored: Bool) -> String {
        isColored && self != .plain && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}
