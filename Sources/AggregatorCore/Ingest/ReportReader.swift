import Telemetry
import Transport

/// Reads reports, one after another, with kept memory: a zlib state, its output, simdjson's tape.
package struct ReportReader: ~Copyable {
    /// How the body is packed.
    package enum Encoding {
        case identity
        /// RFC 1950 or RFC 1952: told by the bytes, whatever the header says.
        case compressed
    }

    private let parser: ReportParser
    private var inflater: Inflater
    /// Bodies without compression are copied here, since simdjson reads beyond the end.
    private let plain: PaddedBuffer

    package init() throws(ReportError) {
        let parser = try ReportParser()
        let inflater = try Self.makeInflater()
        self.parser = parser
        self.inflater = inflater
        plain = PaddedBuffer(
            bytesMax: AggregatorLimits.reportBodyBytesMax, padding: ReportParser.padding)
    }

    private static func makeInflater() throws(ReportError) -> Inflater {
        do {
            return try Inflater(
                bytesMax: AggregatorLimits.reportInflatedBytesMax, spare: ReportParser.padding)
        } catch {
            throw .noReader
        }
    }

    /// The report in a body, or why there is none.
    package mutating func read(
        _ body: UnsafeRawBufferPointer, _ encoding: Encoding
    ) throws(ReportError) -> Report {
        guard !body.isEmpty else { throw .bodyEmpty }
        guard body.count <= AggregatorLimits.reportBodyBytesMax else {
            throw .bodyTooLarge(bytesMax: AggregatorLimits.reportBodyBytesMax)
        }
        switch encoding {
        case .identity: return try parser.parse(plain.copy(body)).get()
        case .compressed: return try inflate(body).get()
        }
    }

    private mutating func inflate(_ body: UnsafeRawBufferPointer) -> Result<Report, ReportError> {
        do {
            return try inflater.inflate(body) { [parser = parser.handle] bytes in
                ReportParser.parse(bytes, with: parser)
            }
        } catch {
            switch error {
            case .expandedTooLarge(let limit): return .failure(.inflatedTooLarge(bytesMax: limit))
            default: return .failure(.compressedDataInvalid)
            }
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
