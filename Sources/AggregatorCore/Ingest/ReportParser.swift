import CSimdjson
import Telemetry

/// simdjson with our limits: checks a report's JSON and gives its values.
struct ReportParser: ~Copyable {
    /// So many readable bytes must follow a document.
    static let padding = Int(CSIMDJSON_PADDING)

    let handle: OpaquePointer

    init() throws(ReportError) {
        guard let handle = csimdjson_create(.reports) else { throw .noReader }
        self.handle = handle
    }

    deinit {
        csimdjson_destroy(handle)
    }

    func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Report, ReportError> {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return .failure(.bodyEmpty) }
        var raw = csimdjson_report()
        let isValid = start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
            csimdjson_parse(handle, $0, bytes.count, &raw)
        }
        guard isValid else {
            return .failure(.invalid(reason: String(cString: csimdjson_reason(handle))))
        }
        return .success(Report(raw))
    }

    /// The paths of all keys that are read, for the test that holds them against the encoder's.
    static var keys: [String] {
        let text = String(unsafeUninitializedCapacity: csimdjson_keys(nil, 0)) { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                csimdjson_keys($0.baseAddress, $0.count)
            }
        }
        return text.split(separator: "\n").map(String.init)
    }
}

extension csimdjson_limits {
    fileprivate static var reports: csimdjson_limits {
        csimdjson_limits(
            version: Int64(ReportEncoder.version),
            document_bytes_max: Int64(AggregatorLimits.reportInflatedBytesMax),
            depth_max: Int64(AggregatorLimits.reportDepthMax),
            windows_max: Int64(AggregatorLimits.reportWindowsMax),
            arn_bytes_max: Int64(AggregatorLimits.arnBytesMax),
            name_bytes_max: Int64(AggregatorLimits.nameBytesMax),
            revision_bytes_max: Int64(AggregatorLimits.revisionBytesMax),
            sequence_max: Int64(AggregatorLimits.sequenceMax),
            start_ms_max: AggregatorLimits.startMsMax,
            length_ms_max: AggregatorLimits.windowLengthMsMax,
            samples_max: AggregatorLimits.samplesMax,
            gauge_max: AggregatorLimits.gaugeMax,
            counter_max: Int64(AggregatorLimits.counterMax),
            percent_max: Int64(AggregatorLimits.percentMax),
            clock_error_ms_max: Int64(AggregatorLimits.clockErrorMsMax))
    }
}
