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
}
