import Foundation
import Telemetry
import TestSupport
import Testing
import Transport
import Values

@testable import AggregatorCore

@Suite struct ReportReaderTests {
    @Test(arguments: [
        Samples.report, Samples.probe, Samples.outage, Samples.measured, Samples.saturated,
    ])
    func readsBackWhatTheEncoderWrites(report: Report) throws {
        let json = encoded(report)
        #expect(try read(json) == report)
        #expect(try read(deflated(json), .compressed) == report)
    }

    @Test func readsGzip() throws {
        let packed = try gzipped(encoded(Samples.report))
        #expect(try read(packed, .compressed) == Samples.report)
    }

    @Test func ignoresKeysItDoesNotKnow() throws {
        let json = text(Samples.report).replacing(
            "\"v\":1", with: "\"later\":{\"a\":[1,2]},\"v\":1")
        #expect(try read(Array(json.utf8)) == Samples.report)
    }

    @Test(arguments: [
        ("\"v\":1", "\"v\":2", "report.v is not a whole number from 1 to 1"),
        ("\"v\":1,", "", "report.v is missing"),
        ("\"seq\":12", "\"seq\":12,\"seq\":13", "report.seq is given twice"),
        ("\"seq\":12", "\"seq\":0", "report.seq is not a whole number from 1 to 9007199254740992"),
        ("\"seq\":12", "\"seq\":-1", "report.seq is not a whole number"),
        ("\"seq\":12", "\"seq\":1.5", "report.seq is not a whole number"),
        ("\"seq\":12", "\"seq\":9007199254740993", "report.seq is not a whole number"),
        ("\"seq\":12", "\"seq\":99999999999999999999999", "not valid JSON"),
        ("00c0ffee00c0ffee", "00c0ffee00c0ffe", "boot is not 16 hexadecimal digits"),
        ("00c0ffee00c0ffee", "00c0ffee00c0ffeg", "boot is not 16 hexadecimal digits"),
        ("\"running\"", "\"walking\"", "state is not starting, running, draining, "),
        ("\"running\"", "null", "report.state is not starting, running, draining, stopping or"),
        ("\"family\":\"web\"", "\"family\":7", "task.family is not a text of 0 to 255 characters"),
        ("\"family\":\"web\"", "\"family\":\"w\\nb\"", "task.family has a character"),
        ("\"service\":\"web\"", "\"service\":\"\"", "task.service is not a text of 1 to 2048"),
        ("\"samples\":20", "\"samples\":0", "window.gauges does not fit window.samples"),
        (
            "\"length\":1000", "\"length\":0",
            "window.length is not a whole number from 1 to 2678400000"
        ),
        ("\"last\":40", "\"last\":41", "active does not fit together"),
        ("\"mean\":40.000", "\"mean\":\"40\"", "active.mean is not a number"),
        ("\"span\":950", "\"span\":0", "counters.span is not a whole number from 1"),
        ("\"windows\":[", "\"windows\":[[[[[[[[1]]]]]]],", "nested deeper than 8"),
        ("\"windows\":[", "\"windows\":[3,", "window is not an object"),
    ])
    func refusesWithTheReason(part: String, replacement: String, reason: String) throws {
        try expectRefusal(of: Samples.report, part, replacement, reason)
    }

    private func expectRefusal(
        of report: Report, _ part: String, _ replacement: String, _ reason: String
    ) throws {
        let json = text(report)
        try #require(json.contains(part))
        // The first place only: a gauge's values repeat.
        let broken = json.replacing(part, with: replacement, maxReplacements: 1)
        let error = #expect(throws: ReportError.self) { try read(Array(broken.utf8)) }
        #expect(error?.status == 400)
        #expect(error?.text.contains(reason) == true, "\(error?.text ?? "")")
        #expect(error?.text.contains("\n") == false)
    }

    @Test(arguments: [
        ("\"cpu\":71.200", "\"cpu\":-0.1", "usage.cpu is not a number from 0 to 1000000"),
        ("\"cpu\":71.200", "\"cpu\":null", "usage.cpu is not a number"),
        ("\"cpu\":71.200", "\"cpu\":\"71\"", "usage.cpu is not a number"),
        ("\"cpu\":71.200", "\"cpu\":1,\"cpu\":2", "usage.cpu is given twice"),
        ("\"memory\":40.125", "\"memory\":true", "usage.memory is not a number"),
        ("\"backendCPU\":60.000", "\"backendCPU\":[]", "usage.backendCPU is not a number"),
        ("\"backendMemory\":0.000", "\"backendMemory\":1e9", "usage.backendMemory is not"),
        ("\"usage\":{", "\"usage\":[],\"later\":{", "usage is not an object"),
        ("\"errorMs\":0.546", "\"errorMs\":-1", "clock.errorMs is not a number from 0"),
        ("\"errorMs\":0.546,", "", "clock.errorMs is missing"),
        ("\"synchronized\":true", "\"synchronized\":1", "clock.synchronized is neither"),
        (",\"synchronized\":true", "", "clock.synchronized is missing"),
        ("\"clock\":{", "\"clock\":7,\"later\":{", "clock is not an object"),
    ])
    func refusesAWrongUsageOrClock(part: String, replacement: String, reason: String) throws {
        try expectRefusal(of: Samples.measured, part, replacement, reason)
    }

    @Test(arguments: [
        ("\"wrong\":5", "\"wrong\":6", "window.failures does not add up to window.failed"),
        (",\"wrong\":5", "", "failures.wrong is missing"),
        ("\"saturated\"", "\"tired\"", "condition is not serving, saturated, down or unknown"),
        ("\"sampleAge\":40", "\"sampleAge\":-1", "window.sampleAge is not a whole number from 0"),
        ("\"sampleTime\":812.500", "\"sampleTime\":null", "window.sampleTime is not a number"),
        ("\"unread\":49", "\"unread\":0.5", "witnesses.unread is not a whole number from 0 to"),
        ("\"throttled\":88.500", "\"throttled\":-1", "usage.throttled is not a number from 0"),
        ("\"witnesses\":{", "\"witnesses\":7,\"later\":{", "witnesses is not an object"),
    ])
    func refusesWrongSignsOfSaturation(
        part: String, replacement: String, reason: String
    ) throws {
        try expectRefusal(of: Samples.saturated, part, replacement, reason)
    }

    @Test(arguments: [TaskState.starting, .running, .draining, .stopping, .probe])
    func readsEveryState(state: TaskState) throws {
        var report = Samples.report
        report.state = state
        #expect(try read(encoded(report)).state == state)
    }

    @Test(arguments: [TaskCondition.serving, .saturated, .down, .unknown])
    func readsEveryCondition(condition: TaskCondition) throws {
        var report = Samples.report
        report.windows[0].condition = condition
        #expect(try read(encoded(report)) == report)
        report.windows[0].samples = 0
        report.windows[0].gauges = nil
        #expect(try read(encoded(report)) == report)
    }

    @Test func theKeysReadAreTheKeysWritten() throws {
        let document = try JSONSerialization.jsonObject(with: Data(encoded(Samples.saturated)))
        var written: Set<String> = []
        func list(_ value: Any, _ path: String) {
            for value in value as? [Any] ?? [] { list(value, path) }
            for (key, value) in value as? [String: Any] ?? [:] {
                let key = path.isEmpty ? key : path + "." + key
                written.insert(key)
                list(value, key)
            }
        }
        list(document, "")
        #expect(Set(ReportParser.keys) == written)
        #expect(ReportParser.keys.count == written.count)
    }

    @Test func refusesEveryTruncation() throws {
        let json = encoded(Samples.outage)
        let packed = try deflated(json)
        for count in 0..<json.count {
            #expect(throws: ReportError.self) { try read(Array(json[..<count])) }
        }
        for count in 0..<packed.count {
            #expect(throws: ReportError.self) { try read(Array(packed[..<count]), .compressed) }
        }
    }

    @Test func refusesRandomBytesAndRandomDamage() throws {
        let seed = UInt64.random(in: 1 ... .max)
        var random = SeededRandom(seed: seed)
        let json = encoded(Samples.report)
        let packed = try deflated(json)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...300, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(throws: ReportError.self, "seed \(seed)") { try read(bytes) }
            #expect(throws: ReportError.self, "seed \(seed)") { try read(bytes, .compressed) }
            var damaged = json
            damaged[Int.random(in: 0..<json.count, using: &random)] ^= UInt8(
                1 << Int.random(in: 0..<8, using: &random))
            // May still be a report, with another number: it must only not crash.
            _ = try? read(damaged)
            var damagedPacked = packed
            damagedPacked[Int.random(in: 0..<packed.count, using: &random)] ^= 0xFF
            #expect(throws: ReportError.self, "seed \(seed)") {
                try read(damagedPacked, .compressed)
            }
        }
    }

    @Test func refusesInvalidUTF8AlsoInKeysItIgnores() throws {
        var json = Array(
            text(Samples.report).replacing("\"v\":1", with: "\"note\":\"!\",\"v\":1").utf8)
        let mark = try #require(json.firstIndex(of: UInt8(ascii: "!")))
        json[mark] = 0xFF
        let error = #expect(throws: ReportError.self) { try read(json) }
        #expect(error?.text.contains("UTF-8") == true)
    }

    private func encoded(_ report: Report) -> [UInt8] {
        var encoder = ReportEncoder()
        return encoder.encode(report)
    }

    private func text(_ report: Report) -> String {
        String(decoding: encoded(report), as: UTF8.self)
    }

    private func read(
        _ bytes: [UInt8], _ encoding: ReportReader.Encoding = .identity
    ) throws -> Report {
        let reader = try ReportReader()
        return try bytes.withUnsafeBytes { bytes throws(ReportError) in
            try reader.read(bytes, encoding)
        }
    }

    private func deflated(_ bytes: [UInt8]) throws -> [UInt8] {
        var deflater = try Deflater()
        return try deflater.deflate(bytes)
    }
}
