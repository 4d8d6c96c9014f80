/// Load and running tasks over time, in characters: `#` is load that tasks carry, `!` load above
/// them, `-` tasks above the load.
struct TerminalChart {
    private static let columns = 72
    private static let rows = 14
    let text: String

    init(_ samples: [Sample]) {
        guard let last = samples.last else {
            text = ""
            return
        }
        let columns = Self.thin(samples)
        let top = max(1, columns.map { max($0.demand, Double($0.running)) }.max() ?? 1)
        var lines: [String] = []
        for row in (0..<Self.rows).reversed() {
            let level = (Double(row) + 0.5) / Double(Self.rows) * top
            let cells = columns.map { column -> Character in
                let carries = Double(column.running) >= level
                if column.demand >= level { return carries ? "#" : "!" }
                return carries ? "-" : " "
            }
            let label = row == Self.rows - 1 ? Number.text(top) : row == 0 ? "0" : ""
            lines.append(
                String(repeating: " ", count: max(0, 7 - label.count)) + label + " |"
                    + String(cells))
        }
        lines.append(
            "   tasks +" + String(repeating: "-", count: columns.count)
                + " \(Number.text(last.second / 3600)) h")
        lines.append("          # load carried   ! load above the tasks   - tasks above the load")
        text = lines.joined(separator: "\n")
    }

    /// The worst moment of each column, so that a short overload is seen.
    private static func thin(_ samples: [Sample]) -> [Sample] {
        let count = min(columns, samples.count)
        return (0..<count).map { column in
            let from = column * samples.count / count
            let to = max(from + 1, (column + 1) * samples.count / count)
            let slice = samples[from..<to]
            let worst = slice.max {
                $0.demand - Double($0.running) < $1.demand - Double($1.running)
            }
            return worst ?? samples[from]
        }
    }
}
