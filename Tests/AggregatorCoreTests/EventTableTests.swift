import Control
import Foundation
import TestSupport
import Testing

@testable import AggregatorCore

/// What is announced, logged and counted is in the pages' tables.
@Suite struct EventTableTests {
    private func page(_ path: String) throws -> String {
        try String(contentsOfFile: "\(Repository.root)/\(path)", encoding: .utf8)
    }

    @Test(arguments: ControlHold.allCases) func everyHoldIsInBothTables(hold: ControlHold) throws {
        let control = try page("Sources/Control/README.md")
        #expect(control.contains("\n| `\(hold.rawValue)` |"), "Control's table of holds")
        let events = try page("Sources/aggregator/README.md").split(separator: "\n").filter {
            $0.contains("`ServiceHeld`, `hold` ") && $0.contains("`\(hold.rawValue)`")
        }
        #expect(events.count == 1, "the aggregator's table of events")
    }

    /// `aggregator_service_x_y`, or within a row that names the family, `_x_y`.
    @Test func everyMetricIsInTheTable() throws {
        let rows = try page("Sources/aggregator/README.md").split(separator: "\n")
        for name in try MetricsSample.names() {
            let suffix = name.replacing("aggregator_service", with: "")
            let isThere = rows.contains { row in
                row.hasPrefix("| `")
                    && (row.contains("`\(name)`")
                        || (row.contains("`aggregator_service_") && row.contains("`\(suffix)`")))
            }
            #expect(isThere, "\(name) is on the page")
        }
    }

    @Test func everyEventOfASourceFileIsOnThePage() throws {
        let text = try page("Sources/aggregator/README.md")
        let folder = "\(Repository.root)/Sources/AggregatorCore"
        let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        var seen = 0
        for file in files where file.hasSuffix(".swift") {
            let source = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            let calls =
                /(?:log\.(?:info|warning|error|debug)\(|EventLine\(|\.(?:info|warning|error), )\s*"([a-zA-Z]+)\.([a-zA-Z]+)"/
            for match in source.matches(of: calls) {
                seen += 1
                let (room, event) = (String(match.1), String(match.2))
                let isThere =
                    text.contains("`\(room).\(event)`")
                    || text.split(separator: "\n").contains {
                        $0.contains("`\(room).") && $0.contains("`.\(event)`")
                    }
                #expect(isThere, "\(file): \(room).\(event)")
            }
        }
        #expect(seen > 30)
    }
}
