import AggregatorCore
import CFuzzer
import Scaling
import Telemetry
import Transport
import Values

/// What SwiftPM calls `main` of this program.
@_cdecl("fuzz_report_main")
func main(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    fuzzer_run(count, arguments) { fuzzReport($0, $1) }
}

/// The whole way of reports, from the bytes of bodies to a decision.
///
/// The first byte says how the rest is sent: as JSON, one body a line; as compressed bytes, one
/// body; or as JSON that is compressed here, so that mutations reach what lies behind zlib. The
/// second byte is the time between two bodies.
private func fuzzReport(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let start, count > 2 else { return 0 }
    let input = UnsafeRawBufferPointer(start: start, count: count)
    let body = UnsafeRawBufferPointer(rebasing: input[2...])
    let step = Duration.milliseconds(Int64(input[1]) * 50)
    var run = ReportRun(step: step)
    switch input[0] % 3 {
    case 0: for line in body.split(separator: 0x0A) { run.take(Array(line), .identity) }
    case 1: run.take(Array(body), .compressed)
    default:
        for line in body.split(separator: 0x0A) {
            guard let packed = try? run.deflater.deflate(Array(line)) else {
                preconditionFailure("what is in memory can be compressed")
            }
            run.take(packed, .compressed)
        }
    }
    return 0
}

/// Takes bodies in as the aggregator does, and checks what must hold whatever they say.
private struct ReportRun: ~Copyable {
    let step: Duration
    var deflater: Deflater
    private var reader: ReportReader
    private var encoder = ReportEncoder()
    private let counters = IngestCounters()
    private let intake: ReportIntake
    /// The intake's own service has never heard of ECS; this one has, and so decides.
    private var scaler: Scaler
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var bodies = 0

    private static let configuration = """
        {"services": [{"cluster": "shop", "service": "web", "min": 0, "max": 100,
          "target": {"metric": "busy", "value": 10},
          "scaleIn": {"enabled": true, "stabilizationSeconds": 1, "cooldownSeconds": 1}}]}
        """
    private static let log = Log(level: .error, write: { _ in })

    init(step: Duration) {
        self.step = step
        guard let deflater = try? Deflater(), let reader = try? ReportReader() else {
            preconditionFailure("there is memory for a reader")
        }
        self.deflater = deflater
        self.reader = reader
        guard let configuration = try? Configuration.read(Array(Self.configuration.utf8)) else {
            preconditionFailure("the fuzzer's own configuration is valid")
        }
        let fleet = Fleet(configuration.services, log: Self.log, now: now)
        intake = ReportIntake(
            fleet: fleet, resolver: TaskResolver(), counters: counters, log: Self.log)
        scaler = Scaler(policy: configuration.services[0].policy, now: now)
        scaler.update(
            ServiceCounts(
                desiredCount: 3, runningCount: 3, pendingCount: 0, deploymentInProgress: false),
            now: now)
    }

    mutating func take(_ body: [UInt8], _ encoding: ReportReader.Encoding) {
        now = now + step
        guard let report = read(body, encoding) else { return }
        checkEncoding(of: report)
        bodies += 1
        _ = intake.take(report, from: nil, now: now)
        _ = scaler.ingest(report, now: now)
        let decision = scaler.decide(now: now)
        precondition((0...100).contains(decision.to), "a decision keeps within min and max")
        precondition(!decision.reason.isEmpty, "a decision says why")
        precondition(scaler.decide(now: now) == decision, "asked again, it is the same")
        precondition(counters[.accepted] <= bodies, "a report is counted once")
    }

    private mutating func read(
        _ body: [UInt8], _ encoding: ReportReader.Encoding
    ) -> Report? {
        var report: Report?
        body.withUnsafeBytes { bytes in report = try? reader.read(bytes, encoding) }
        return report
    }

    /// What was read can be written and read again, the same but for the means' third digit.
    private mutating func checkEncoding(of report: Report) {
        let written = encoder.encode(report)
        guard let again = read(written, .identity) else {
            preconditionFailure("what was valid is still valid when it is written")
        }
        precondition(again.identity == report.identity, "texts survive")
        precondition(again.windows.count == report.windows.count, "windows survive")
    }
}
