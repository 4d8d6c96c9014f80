import Foundation
import Scaling
import Testing

@testable import Simulation

@Suite("Traces from files")
struct TraceReaderTests {
    @Test("One number a line")
    func lines() throws {
        let text = "# rps\n1\n2.5\n\n3\n"
        #expect(try TraceReader.read(text, name: "t").trace.rates == [1, 2.5, 3])
    }

    @Test(
        "Time and value, in seconds or milliseconds, with or without a head",
        arguments: [
            "time,value\n100,1\n102,3\n", "100;1\n102;3\n", "1790000000000 1\n1790000002000 3\n",
        ])
    func csv(text: String) throws {
        #expect(try TraceReader.read(text, name: "t").trace.rates == [1, 1, 3])
    }

    @Test("The aggregator's own log of decisions")
    func log() throws {
        func line(_ second: Int, _ demand: String) -> String {
            "{\"time\":\"2026-11-24T08:00:0\(second).000Z\",\"event\":\"service.decision\","
                + "\"demand\":\(demand),\"to\":3}"
        }
        let text = [line(0, "2.500"), "{\"event\":\"started\"}", line(2, "4.000")]
        let content = try TraceReader.read(text.joined(separator: "\n"), name: "t")
        #expect(content.trace.rates == [2.5, 2.5, 4] && content.isInTasks)
    }

    @Test("Of a log with several services one is replayed; which, must be said")
    func services() throws {
        func line(_ second: Int, _ cluster: String, _ service: String, _ demand: Int) -> String {
            "{\"time\":\"2026-11-24T08:00:0\(second).000Z\",\"cluster\":\"\(cluster)\","
                + "\"service\":\"\(service)\",\"demand\":\(demand)}"
        }
        let text = [
            line(0, "a", "web", 2), line(0, "a", "api", 70), line(1, "a", "web", 3),
            line(1, "b", "web", 50), line(2, "a", "api", 80),
        ].joined(separator: "\n")
        func rates(_ service: String?) throws -> [Float] {
            try TraceReader.read(text, name: "t", service: service).trace.rates
        }
        #expect(try rates("api") == [70, 70, 80])
        #expect(try rates("a/web") == [2, 3])
        func problem(_ service: String?) -> String? {
            #expect(throws: TraceError.self) { try rates(service) }?.problem
        }
        #expect(problem("web")?.hasSuffix("choose one with --service: a/web, b/web") == true)
        #expect(problem(nil)?.hasSuffix("--service: a/api, a/web, b/web") == true)
        #expect(
            problem("eb") == "the log has no decision of eb, but of a/api, a/web, b/web")
    }

    @Test(
        "Mistakes are told with their line",
        arguments: [
            ("", 0), ("1\n-2\n", 2), ("1\nx\n", 2), ("1,2,3\n", 1), ("1\nnan\n", 2),
            ("5,1\n3,1\n", 2), ("time,rps\n", 1), ("time,rps\nday,night\n", 2),
            ("0,1\n2026-13-05T10:00:00Z,1\n", 2), ("0,1\n99999999,1\n", 0),
            ("{\"event\":\"x\"}\n", 0),
        ])
    func mistakes(text: String, line: Int) {
        let error = #expect(throws: TraceError.self) { try TraceReader.read(text, name: "t") }
        #expect(error?.line == line)
    }

    @Test(
        "Times as AWS writes them, with or without a head",
        arguments: [
            "Timestamp,RequestCount\n2026-01-05T10:00:00Z,120\n2026-01-05T10:01:00Z,180\n",
            "2026-01-05T10:00:00Z 120\n2026-01-05T10:01:00Z 180\n",
            "\"2026-01-05 10:00:00\",\"120\"\n\"2026-01-05 10:01:00\",\"180\"\n",
            "2026-01-05T12:00:00.000+02:00,120\r\n2026-01-05T12:01:00.000+02:00,180\r\n",
        ])
    func awsTimes(text: String) throws {
        let content = try TraceReader.read(text, name: "t")
        #expect(content.trace.rates == [Float](repeating: 120, count: 60) + [180])
        #expect(content.note?.contains("--per 60") == true)
        let sums = try TraceReader.read(text, name: "t", perSeconds: 60)
        #expect(sums.trace.rates == [Float](repeating: 2, count: 60) + [3] && sums.note == nil)
    }

    @Test("A log as `aws logs tail` prints it, of several streams")
    func logsTail() throws {
        func line(_ second: Int, _ demand: Int) -> String {
            "2026-01-05T10:00:0\(second).123000+00:00 aggregator/aggregator/0f3c "
                + "{\"time\":\"2026-01-05T10:00:0\(second).120Z\",\"demand\":\(demand)}"
        }
        let text = [line(0, 1), line(2, 30), line(1, 20), line(3, 4)].joined(separator: "\n")
        let content = try TraceReader.read(text, name: "t")
        #expect(content.trace.rates == [1, 20, 30, 4] && content.isInTasks)
    }

    @Test(
        "A trace out of order is refused with its line",
        arguments: [
            ("0,10\n120,30\n60,20\n180,40\n", 3), ("0,10\n180,40\n60,20\n120,30\n", 3),
            ("t,v\n2026-01-05T10:00:00Z,1\n2026-01-04T10:00:00Z,1\n", 3),
        ])
    func unsorted(text: String, line: Int) {
        let error = #expect(throws: TraceError.self) { try TraceReader.read(text, name: "t") }
        #expect(error?.line == line && error?.problem.contains("sort") == true)
    }

    @Test("Three months of minutes are read")
    func months() throws {
        let text = (0..<92 * 1440).map { "\($0 * 60),\($0 % 7)" }.joined(separator: "\n")
        let rates = try TraceReader.read(text, name: "t").trace.rates
        #expect(rates.count == (92 * 1440 - 1) * 60 + 1 && rates.last == Float((92 * 1440 - 1) % 7))
    }

    @Test("A gzip file is expanded, all of its members and no more than is allowed")
    func gzip() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).gz")
        defer { try? FileManager.default.removeItem(at: file) }
        // `printf '1\n2\n' | gzip -n`, twice.
        let member: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 51, 228, 50, 226, 2, 0, 97, 120, 225, 105, 4, 0, 0, 0,
        ]
        try Data(member + member).write(to: file)
        #expect(try TraceFile.text(file.path) == "1\n2\n1\n2\n")
        #expect(throws: TraceError.self) { try TraceFile.text(file.path, bytesMax: 30) }
        try Data(member.dropLast(5)).write(to: file)
        let error = #expect(throws: TraceError.self) { try TraceFile.text(file.path) }
        #expect(error?.problem == "the gzip file is damaged or cut short")
    }

    @Test("Random bytes never crash it")
    func random() {
        var dice = Dice(seed: 42)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &dice)).map { _ in
                UInt8.random(in: 0...127, using: &dice)
            }
            _ = try? TraceReader.read(String(decoding: bytes, as: UTF8.self), name: "t")
        }
    }

    @Test("Gaps are bridged, rates smoothed, the peak scaled to so many tasks")
    func shapes() {
        let trace = Trace(name: "t", rates: [2, 0, 0, 0, 6, 0, 6])
        #expect(trace.bridgingGaps(ofSeconds: 3).rates == [2, 3, 4, 5, 6, 0, 6])
        let smoothed = Trace(name: "t", rates: [3, 9, 0, 4, 8]).smoothed(overSeconds: 2)
        #expect(smoothed.rates == [6, 5, 3, 3.5, 6.5])
        #expect(Trace(name: "t", rates: []).smoothed(overSeconds: 2).rates.isEmpty)
        let model = ServiceModel()
        let scaled = trace.scaled(toPeakTasks: 4, model: model)
        #expect(scaled.rates.max() == Float(4 * model.requestsPerSecondPerTask))
    }
}
