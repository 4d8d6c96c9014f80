import Foundation
import Testing

@testable import Scaling

@Suite("Time zones")
struct TimeZoneRulesTests {
    @Test(
        "The footer's rule gives summer and winter, north and south",
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_745_999, 3600),  // 2026-03-29 00:59:59
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_746_000, 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_889_999, 7200),  // 2026-10-25 00:59:59
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_890_000, 3600),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_767_225_600, 39_600),  // 2026-01-01
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_782_864_000, 36_000),  // 2026-07-01
            ("<+0530>-5:30", 1_782_864_000, 19_800), ("UTC0", 0, 0),
            ("EST5EDT,M3.2.0,M11.1.0", 1_767_225_600, -18_000),
        ])
    func footer(text: String, second: Int64, offset: Int) throws {
        let zone = try #require(PosixTimeZone(text))
        #expect(zone.offsetSeconds(atUnix: second) == offset)
    }

    @Test(
        "What is no rule is refused", arguments: ["", "CE", "CET", "CET-1CEST,J60,J300", "CET-1X"])
    func noRule(text: String) {
        #expect(PosixTimeZone(text) == nil)
    }

    @Test("Truncated and random bytes are refused, never read past their end")
    func hostile() throws {
        let bytes = try #require(tzif(footer: "CET-1CEST,M3.5.0,M10.5.0/3"))
        for count in 0..<bytes.count {
            let zone = TimeZoneRules(name: "x", tzif: Array(bytes[..<count]))
            // Without its footer a file still tells its only offset.
            #expect(zone == nil || zone?.offsetSeconds(atUnix: 0) == 3600)
        }
        var dice = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var broken = bytes
            for _ in 0..<4 {
                broken[Int.random(in: 0..<broken.count, using: &dice)] = .random(
                    in: 0...255, using: &dice)
            }
            _ = TimeZoneRules(name: "x", tzif: broken)?.offsetSeconds(atUnix: 1_700_000_000)
        }
    }

    @Test(
        "The system's own files agree with Foundation",
        arguments: [
            "Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata",
        ])
    func systemFiles(name: String) throws {
        let url = URL(fileURLWithPath: "/usr/share/zoneinfo/\(name)")
        // Not every machine has the database; the footer is tested without it.
        guard let data = try? Data(contentsOf: url), let zone = TimeZone(identifier: name) else {
            return
        }
        let rules = try #require(TimeZoneRules(name: name, tzif: Array(data)))
        for second in stride(from: 0, to: 2_500_000_000, by: 86_400 * 17 + 3600) {
            let date = Date(timeIntervalSince1970: Double(second))
            #expect(rules.offsetSeconds(atUnix: Int64(second)) == zone.secondsFromGMT(for: date))
        }
    }
}
