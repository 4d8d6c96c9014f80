import Foundation
import TestSupport
import Testing
import Values

@Suite struct UTCTimeTests {
    @Test func writesKnownMoments() {
        #expect(UTCTime.text(ms: 0) == "1970-01-01T00:00:00.000Z")
        #expect(UTCTime.text(ms: 951_782_400_001) == "2000-02-29T00:00:00.001Z")
        #expect(UTCTime.text(ms: -5) == "1969-12-31T23:59:59.995Z")
        #expect(UTCTime.text(ms: .max) == "9999-12-31T23:59:59.999Z")
    }

    @Test func agreesWithFoundation() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<1000 {
            let ms = Int64.random(in: 0...4_102_444_800_000, using: &random)
            let date = Date(timeIntervalSince1970: Double(ms / 1000))
            let whole = UTCTime.text(ms: ms / 1000 * 1000)
            #expect(whole == date.formatted(format), "seed \(seed)")
        }
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
    ])
    func writesMilliseconds(unixMs: Int64, text: String) {
        #expect(UTCTime.text(ms: unixMs) == text)
    }

    @Test(arguments: [
        (Int64(1), "1970-01-01T00:00:00.000001Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (951_782_400_120_003, "2000-02-29T00:00:00.120003Z"),
    ])
    func writesMicroseconds(unixUs: Int64, text: String) {
        #expect(UTCTime.text(us: unixUs) == text)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", Int64(0)), ("1970-01-01 00:00:01.5Z", 1500),
        ("2026-11-24T08:11:52.123456Z", 1_795_507_912_123),
        ("2026-11-24T09:11:52.123+01:00", 1_795_507_912_123),
        ("2026-11-24T04:41:52.123-0330", 1_795_507_912_123),
        ("2000-02-29T00:00:00", 951_782_400_000), ("1969-12-31T23:59:59.999Z", -1),
    ])
    func readsMoments(text: String, ms: Int64) {
        #expect(UTCTime.ms(of: text) == ms)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+1",
        "2026-01-01T00:00:00Zx", "2026-01-01X00:00:00Z",
    ])
    func refusesWhatIsNoMoment(text: String) {
        #expect(UTCTime.ms(of: text) == nil)
    }

    @Test func readsWhatItWrites() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<1000 {
            let ms = Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &random)
            #expect(UTCTime.ms(of: UTCTime.text(ms: ms)) == ms, "seed \(seed)")
        }
    }
}
