import Writing

extension StubStatus {
    /// A page is about 100 bytes; a longer body than this is not one.
    package static let pageBytesMax = 1024
    /// The aggregator's bound too; sums of gauges stay far from overflowing.
    package static let gaugeMax = 100_000_000

    /// Reads the page nginx answers with; spaces and line ends may vary, the words may not.
    ///
    /// Builds of nginx add to it: Tengine a fourth counter, `request_time`, others more lines. What
    /// follows the counters, and whole lines at the end, are passed over.
    package init(parsing bytes: [UInt8]) throws(StubStatusError) {
        var scanner = StatusScanner(bytes: bytes)
        try scanner.word("Active connections:")
        active = try scanner.gauge("active")
        try scanner.word("server accepts handled requests")
        scanner.skip { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") }
        accepts = try scanner.counter("accepts")
        handled = try scanner.counter("handled")
        requests = try scanner.counter("requests")
        scanner.skip { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        try scanner.word("Reading:")
        reading = try scanner.gauge("reading")
        try scanner.word("Writing:")
        writing = try scanner.gauge("writing")
        try scanner.word("Waiting:")
        waiting = try scanner.gauge("waiting")
        try scanner.endOfLine()
    }
}

/// Walks over the bytes of a status page.
private struct StatusScanner {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    @inline(never)
    mutating func skipSpace() {
        while offset < bytes.count, bytes[offset] == 0x20 || (0x09...0x0D).contains(bytes[offset]) {
            offset += 1
        }
    }

    @inline(never)
    mutating func word(_ expected: StaticString) throws(StubStatusError) {
        skipSpace()
        let length = expected.utf8CodeUnitCount
        guard offset + length <= bytes.count else {
            throw .unexpected(expected: expected, offset: offset)
        }
        for index in 0..<length where bytes[offset + index] != expected.utf8Start[index] {
            throw .unexpected(expected: expected, offset: offset)
        }
        offset += length
    }

    @inline(never)
    mutating func counter(_ field: StaticString) throws(StubStatusError) -> UInt64 {
        skipSpace()
        let start = offset
        var value: Int64 = 0
        while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) {
            let (product, productOverflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = product.addingReportingOverflow(Int64(bytes[offset] - 0x30))
            guard !productOverflow, !sumOverflow else {
                throw .badNumber(field: field, offset: start)
            }
            value = sum
            offset += 1
        }
        guard offset > start else { throw .badNumber(field: field, offset: start) }
        return UInt64(value)
    }

    @inline(never)
    mutating func gauge(_ field: StaticString) throws(StubStatusError) -> Int {
        skipSpace()
        let start = offset
        let value = try counter(field)
        guard value <= StubStatus.gaugeMax else { throw .badNumber(field: field, offset: start) }
        return Int(value)
    }

    /// Skips words of such bytes, and the space around them.
    mutating func skip(_ isWithin: (UInt8) -> Bool) {
        skipSpace()
        while offset < bytes.count, isWithin(bytes[offset]) {
            offset += 1
            skipSpace()
        }
    }

    mutating func endOfLine() throws(StubStatusError) {
        while offset < bytes.count, bytes[offset] != 0x0A {
            guard bytes[offset] == 0x20 || bytes[offset] == 0x0D || bytes[offset] == 0x09 else {
                throw .unexpected(expected: "end of line", offset: offset)
            }
            offset += 1
        }
    }
}
