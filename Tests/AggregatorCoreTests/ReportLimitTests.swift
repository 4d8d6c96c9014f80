import Telemetry
import TestSupport
import Testing
import Transport

@testable import AggregatorCore

/// Each limit of a report, at its edge and past it.
@Suite struct ReportLimitTests {
    private func read(
        _ bytes: [UInt8], _ encoding: ReportReader.Encoding = .identity
    ) throws -> Report {
        let reader = try ReportReader()
        return try bytes.withUnsafeBytes { bytes throws(ReportError) in
            try reader.read(bytes, encoding)
        }
    }

    private func read(_ change: (inout Report) -> Void) throws -> Report {
        var report = Samples.report
        change(&report)
        var encoder = ReportEncoder()
        return try read(encoder.encode(report))
    }

    private func check(_ fits: Bool, _ change: (inout Report) -> Void) {
        if fits {
            #expect(throws: Never.self) { try read(change) }
        } else {
            let error = #expect(throws: ReportError.self) { try read(change) }
            #expect(error?.status == 400)
        }
    }

    @Test(arguments: [(0, true), (1, false)])
    func lengthsOfNames(past: Int, fits: Bool) {
        let arn = String(repeating: "a", count: AggregatorLimits.arnBytesMax + past)
        check(fits) { $0.identity.taskARN = arn }
        check(fits) { $0.identity.cluster = arn }
        check(fits) { $0.identity.service = arn }
        let name = String(repeating: "n", count: AggregatorLimits.nameBytesMax + past)
        check(fits) { $0.identity.family = name }
        check(fits) { $0.identity.availabilityZone = name }
        check(fits) {
            $0.identity.revision = String(
                repeating: "7", count: AggregatorLimits.revisionBytesMax + past)
        }
    }

    @Test(arguments: [(0, true), (1, false)])
    func countsAndNumbers(past: Int, fits: Bool) {
        check(fits) {
            $0.windows = [Window](
                repeating: Samples.window(busy: 1), count: AggregatorLimits.reportWindowsMax + past)
        }
        check(fits) { $0.sequence = AggregatorLimits.sequenceMax + UInt64(past) }
        check(fits) { $0.windows[0].startMs = AggregatorLimits.startMsMax + Int64(past) }
        check(fits) {
            $0.windows[0].lengthMs = Int(AggregatorLimits.windowLengthMsMax) + past
        }
        check(fits) { $0.windows[0].samples = Int(AggregatorLimits.samplesMax) + past }
        check(fits) { $0.windows[0].failed = Int(AggregatorLimits.samplesMax) + past }
        check(fits) {
            $0.windows[0].gauges?.busy.max = Int(AggregatorLimits.gaugeMax) + past
        }
        check(fits) {
            $0.windows[0].counters?.requests = AggregatorLimits.counterMax + UInt64(past)
        }
        check(fits) {
            $0.windows[0].usage = WindowUsage(
                taskCPU: AggregatorLimits.percentMax + Double(past), taskMemory: nil,
                backendCPU: nil, backendMemory: nil)
        }
        check(fits) {
            $0.clock = ClockDrift(
                errorMs: AggregatorLimits.clockErrorMsMax + Double(past), isSynchronized: false)
        }
    }

    @Test func anAgentsLongestReportFits() throws {
        // 64 windows of an outage, and the longest identity that an agent keeps.
        let report = try read { report in
            report.windows = [Window](repeating: Samples.window(busy: 99_999), count: 64)
            report.identity.taskARN = String(repeating: "a", count: 2048)
        }
        #expect(report.windows.count == 64)
    }

    @Test(arguments: [(0, true), (1, false)])
    func bytes(past: Int, fits: Bool) throws {
        var encoder = ReportEncoder()
        let json = encoder.encode(Samples.report)
        func padded(_ count: Int) -> [UInt8] {
            json + [UInt8](repeating: 0x20, count: count - json.count)
        }
        var deflater = try Deflater()
        let plain = padded(AggregatorLimits.reportBodyBytesMax + past)
        let packed = try deflater.deflate(padded(AggregatorLimits.reportInflatedBytesMax + past))
        for (body, encoding) in [(plain, ReportReader.Encoding.identity), (packed, .compressed)] {
            if fits {
                #expect(try read(body, encoding) == Samples.report)
            } else {
                let error = #expect(throws: ReportError.self) { try read(body, encoding) }
                #expect(error?.status == 413)
            }
        }
    }

    @Test func aZipBombCostsNoMemory() throws {
        var deflater = try Deflater(level: 9)
        let bomb = try deflater.deflate([UInt8](repeating: 0x20, count: 8 * 1024 * 1024))
        #expect(bomb.count < AggregatorLimits.reportBodyBytesMax)
        let error = #expect(throws: ReportError.self) { try read(bomb, .compressed) }
        #expect(error == .inflatedTooLarge(bytesMax: AggregatorLimits.reportInflatedBytesMax))
    }

    @Test(arguments: [(6, true), (7, false)])
    func depth(nested: Int, fits: Bool) throws {
        var encoder = ReportEncoder()
        let text = String(decoding: encoder.encode(Samples.report), as: UTF8.self)
        let deep =
            String(repeating: "[", count: nested) + "1" + String(repeating: "]", count: nested)
        let json = Array(text.replacing("\"v\":1", with: "\"x\":\(deep),\"v\":1").utf8)
        #expect(((try? read(json)) != nil) == fits)
    }
}
