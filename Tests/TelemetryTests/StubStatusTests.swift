import Telemetry
import TestSupport
import Testing
import Values

@Suite struct StubStatusTests {
    private static let page = """
        Active connections: 291\u{20}
        server accepts handled requests
         16630948 16630940 31070465\u{20}
        Reading: 6 Writing: 179 Waiting: 106\u{20}

        """

    @Test func readsThePageOfTheDocumentation() throws {
        let status = try StubStatus(parsing: Array(Self.page.utf8))
        #expect(
            status
                == StubStatus(
                    active: 291, accepts: 16_630_948, handled: 16_630_940, requests: 31_070_465,
                    reading: 6, writing: 179, waiting: 106))
        #expect(status.busy == 184)
    }

    @Test func passesOverWhatOtherBuildsAdd() throws {
        let tengine = """
            Active connections: 3\u{20}
            server accepts handled requests request_time
             109 109 3166 34677
            Reading: 0 Writing: 4 Waiting: 2\u{20}

            """
        let expected = StubStatus(
            active: 3, accepts: 109, handled: 109, requests: 3166, reading: 0, writing: 4,
            waiting: 2)
        #expect(try StubStatus(parsing: Array(tengine.utf8)) == expected)
        let more = tengine.replacing("34677", with: "34677 0.120") + "SSL: 1 SPDY: 2\n"
        #expect(try StubStatus(parsing: Array(more.utf8)) == expected)
        #expect(expected.busy == 3)
    }

    @Test func isNeverLessThanIdle() {
        let status = StubStatus(
            active: 0, accepts: 0, handled: 0, requests: 0, reading: 0, writing: 0, waiting: 0)
        #expect(status.busy == 0)
    }

    @Test func refusesEveryTruncation() {
        let bytes = Array(Self.page.utf8)
        // The last bytes are space, so that the page is whole a little before its end.
        let whole = bytes.count - 2
        for length in 0..<whole - 2 {
            #expect(throws: StubStatusError.self) {
                try StubStatus(parsing: Array(bytes[..<length]))
            }
        }
    }

    @Test(arguments: [
        "<html><title>Welcome to nginx!</title></html>",
        page.replacing("106", with: "106 more"),
        page.replacing("31070465", with: "31070465 many"),
        page.replacing("16630940 31070465", with: "16630940"),
        page.replacing("291", with: "99999999999999999999"),
        page.replacing("291", with: "-1"),
        page.replacing("Writing", with: "writing"),
    ])
    func refusesWhatIsNoPage(text: String) {
        #expect(throws: StubStatusError.self) { try StubStatus(parsing: Array(text.utf8)) }
    }

    @Test func survivesRandomBytes() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var bytes = Array(Self.page.utf8)
        for _ in 0..<20_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                changed[Int.random(in: changed.indices, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            if let status = try? StubStatus(parsing: changed) {
                #expect(status.active >= 0 && status.busy >= 0, "seed \(seed)")
            }
        }
        bytes = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(throws: StubStatusError.self) { try StubStatus(parsing: bytes) }
    }

    @Test func refusesGaugesWhoseSumWouldOverflow() {
        let page =
            "Active connections: 1 server accepts handled requests 1 1 1"
            + " Reading: 9223372036854775807 Writing: 9223372036854775807 Waiting: 0"
        let error = #expect(throws: StubStatusError.self) {
            try StubStatus(parsing: Array(page.utf8))
        }
        #expect(error?.text == "not a stub_status page: no number for reading at byte 69")
    }

    @Test func namesWhereThePageIsWrong() {
        let error = #expect(throws: StubStatusError.self) {
            try StubStatus(parsing: Array("Active connections: x".utf8))
        }
        #expect(error?.text == "not a stub_status page: no number for active at byte 20")
    }
}
