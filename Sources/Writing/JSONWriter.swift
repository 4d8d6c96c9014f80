/// Appends JSON (RFC 8259) to a buffer that it keeps; works in Embedded Swift, where Codable does
/// not.
///
/// What is called often is not inlined: the size of the shipped agent shows it.
///
/// The caller writes keys and values in turn; commas are the writer's. Objects and arrays nest as
/// the closures do. Decimal fractions have three digits.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    /// Empties the buffer and keeps its memory.
    package mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    private mutating func nest(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    @inline(never)
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for index in 0..<name.utf8CodeUnitCount { bytes.append(name.utf8Start[index]) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    @inline(never)
    package mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    @inline(never)
    package mutating func member(_ name: StaticString, _ value: StaticString) {
        key(name)
        string(value)
    }

    package mutating func member(_ name: StaticString, _ value: some FixedWidthInteger) {
        member(name, magnitude: UInt64(value.magnitude), isNegative: value < 0)
    }

    @inline(never)
    private mutating func member(_ name: StaticString, magnitude: UInt64, isNegative: Bool) {
        key(name)
        separate()
        digits(magnitude, negative: isNegative)
        needsComma = true
    }

    @inline(never)
    package mutating func member(_ name: StaticString, thousandths value: Double) {
        key(name)
        thousandths(of: value)
    }

    @inline(never)
    package mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        separate()
        append(value ? "true" : "false")
        needsComma = true
    }

    package mutating func integer(_ value: some FixedWidthInteger) {
        separate()
        digits(UInt64(value.magnitude), negative: value < 0)
        needsComma = true
    }

    /// A decimal fraction rounded to three digits; what is not finite or beyond 9e15 is `null`.
    @inline(never)
    package mutating func thousandths(of value: Double) {
        separate()
        needsComma = true
        guard value.isFinite, value.magnitude < 9e15 else { return append("null") }
        let scaled = UInt64(value.magnitude * 1000 + 0.5)
        digits(scaled / 1000, negative: value < 0 && scaled > 0)
        bytes.append(UInt8(ascii: "."))
        let fraction = scaled % 1000
        for divisor: UInt64 in [100, 10, 1] {
            bytes.append(UInt8(ascii: "0") + UInt8(fraction / divisor % 10))
        }
    }

    /// Sixteen hexadecimal digits, as a string: JSON numbers lose precision past 53 bits.
    package mutating func hexadecimal(_ value: UInt64) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for shift in stride(from: 60, through: 0, by: -4) {
            bytes.append(Self.hexDigit(UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 0xF))
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    @inline(never)
    package mutating func string(_ value: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for index in 0..<value.utf8CodeUnitCount { escaped(value.utf8Start[index]) }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// What was written as JSON before.
    package mutating func whole(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// Ends a document that is one line of many.
    package mutating func endLine() {
        bytes.append(0x0A)
        needsComma = false
    }

    @inline(never)
    package mutating func string(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in value.bytes { escaped(byte) }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    @inline(never)
    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20:
            append("\\u00")
            bytes.append(Self.hexDigit(byte >> 4))
            bytes.append(Self.hexDigit(byte & 0xF))
        default:
            bytes.append(byte)
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    @inline(never)
    private mutating func digits(_ magnitude: UInt64, negative: Bool) {
        if negative { bytes.append(UInt8(ascii: "-")) }
        var divisor: UInt64 = 1
        while magnitude / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(magnitude / divisor % 10))
            divisor /= 10
        }
    }

    @inline(never)
    private mutating func append(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { bytes.append(text.utf8Start[index]) }
    }

    @inline(never)
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }
}
