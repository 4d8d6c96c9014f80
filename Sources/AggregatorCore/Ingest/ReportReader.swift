import Telemetry

/// Reads reports, one after another, with kept memory: what bodies expand to, and simdjson's tape.
package struct ReportReader: ~Copyable {
    /// How the body is packed.
    package enum Encoding {
        case identity
        /// RFC 1950 or RFC 1952: the bytes show which, whatever the header says.
        case compressed
    }

    private let parser: ReportParser
    private let inflater: ReportInflater
    /// Bodies without compression are copied here, since simdjson reads beyond the end.
    private let plain: PaddedBuffer

    package init() throws(ReportError) {
        let parser = try ReportParser()
        let inflater = try ReportInflater(
            bytesMax: AggregatorLimits.reportInflatedBytesMax, spare: ReportParser.padding)
        self.parser = parser
        self.inflater = inflater
        plain = PaddedBuffer(
            bytesMax: AggregatorLimits.reportBodyBytesMax, padding: ReportParser.padding)
    }

    /// The report in a body, or why there is none.
    package func read(
        _ body: UnsafeRawBufferPointer, _ encoding: Encoding
    ) throws(ReportError) -> Report {
        guard !body.isEmpty else { throw .bodyEmpty }
        guard body.count <= AggregatorLimits.reportBodyBytesMax else {
            throw .bodyTooLarge(bytesMax: AggregatorLimits.reportBodyBytesMax)
        }
        switch encoding {
        case .identity: return try parser.parse(plain.copy(body)).get()
        case .compressed: return try parser.parse(inflater.inflate(body)).get()
        }
    }
}

/// Memory with readable bytes behind what it holds.
private struct PaddedBuffer: ~Copyable {
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    init(bytesMax: Int, padding: Int) {
        bytes = .allocate(capacity: bytesMax + padding)
        bytes.initialize(repeating: 0)
    }

    deinit {
        bytes.deallocate()
    }

    /// The bytes' copy, valid until the next one.
    func copy(_ source: UnsafeRawBufferPointer) -> UnsafeBufferPointer<UInt8> {
        UnsafeMutableRawBufferPointer(bytes).copyMemory(from: source)
        return UnsafeBufferPointer(rebasing: bytes[..<source.count])
    }
}
