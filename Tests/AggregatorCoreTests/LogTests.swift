import Foundation
import Platform
import Testing

@testable import AggregatorCore

@Suite struct LogTests {
    /// Collects the lines of a log.
    private final class Lines: Sendable {
        private let lines = Lock<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private func lines(
        _ format: LogFormat, level: LogLevel = .info, _ use: (Log) -> Void
    ) -> [String] {
        let lines = Lines()
        use(
            Log(
                level: level, format: format, wallClockUs: { 1_790_000_000_123_045 },
                write: { lines.append($0) }))
        return lines.all
    }

    @Test func writesOneJSONObjectALine() throws {
        let written = lines(.json) {
            $0.warning(
                "retry", LogField("text", "a \"b\"\n→"), LogField("count", 3),
                LogField("share", 0.5), LogField("on", true),
                LogField("names", .strings(["a", "b"])))
        }
        #expect(written.count == 1)
        #expect(written[0].hasSuffix("\n"))
        #expect(written[0].count { $0 == "\n" } == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(written[0].utf8)) as? [String: Any])
        #expect(object["time"] as? String == "2026-09-21T14:13:20.123045Z")
        #expect(object["level"] as? String == "warning")
        #expect(object["event"] as? String == "retry")
        #expect(object["text"] as? String == "a \"b\"\n→")
        #expect(object["count"] as? Int == 3)
        #expect(object["share"] as? Double == 0.5)
        #expect(object["on"] as? Bool == true)
        #expect(object["names"] as? [String] == ["a", "b"])
    }

    @Test func writesTextForPeople() {
        let written = lines(.text) {
            $0.info("scaled", LogField("to", 5), LogField("reason", "a b\nc"))
        }
        let line = "2026-09-21T14:13:20.123045Z info scaled to=5 reason=\"a b\\u000ac\"\n"
        #expect(written == [line])
    }

    @Test func leavesOutWhatIsBelowTheLevel() {
        let written = lines(.json, level: .warning) { log in
            log.debug("a")
            log.info("b")
            log.warning("c")
            log.error("d")
        }
        #expect(written.count == 2)
    }
}
