import Telemetry
import Transport

/// Reports as the agent sends them, encoded and compressed.
final class DrillReports {
    private var encoder = ReportEncoder()
    private var deflater: Deflater

    init() throws {
        deflater = try Deflater()
    }

    func request(_ report: Report, token: String) -> [UInt8]? {
        guard let body = try? deflater.deflate(encoder.encode(report)) else { return nil }
        return Array(DrillWorld.head(bodyBytes: body.count, token: token).utf8) + body
    }
}
