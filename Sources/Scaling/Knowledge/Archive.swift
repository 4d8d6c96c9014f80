import Values

/// Writes a state to bytes, or reads it back: each type names its fields once, for both ways, so
/// that the two cannot differ.
///
/// For example, a mean names `value` and `isStarted`; written, these are 8 bytes and 1; read, 9
/// bytes become a mean again, or the state is refused. Numbers are little-endian. Lists are as long
/// as the code says, or have their length in front, with a limit. Instants are kept as their age.
struct Archive {
    /// Changes with every field.
    static let version: UInt64 = 2
    private static let checksumBytes = 8
    private static let agesMax = Limits.knowledgeDaysMax * 86_400 * 1_000_000_000

    private(set) var bytes: [UInt8]
    private var place = 0
    let isReading: Bool
    /// The instant that ages are relative to: of writing, or of reading less the time between.
    private var now: Instant
    /// How long ago it was written.
    private(set) var gap = Duration.zero

    /// Writes at `now`.
    init(now: Instant) {
        bytes = []
        isReading = false
        self.now = now
    }

    init(reading bytes: [UInt8]) {
        self.bytes = bytes
        isReading = true
        now = Instant(nanoseconds: 0)
    }

    /// Reads at `now` what was written `gap` ago.
    mutating func relate(to now: Instant, gap: Duration) {
        self.now = now
        self.gap = gap
    }

    var isAtEnd: Bool { place == bytes.count }

    // MARK: Fields

    mutating func bits(_ value: inout UInt64, bytes count: Int = 8) throws(KnowledgeError) {
        guard isReading else {
            for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
            return
        }
        guard place + count <= bytes.count else { throw .damaged }
        value = 0
        for index in 0..<count { value |= UInt64(bytes[place + index]) << (8 * index) }
        place += count
    }

    /// A finite number.
    mutating func field(_ value: inout Double) throws(KnowledgeError) {
        var pattern = value.bitPattern
        try bits(&pattern)
        guard isReading else { return }
        value = Double(bitPattern: pattern)
        guard value.isFinite else { throw .damaged }
    }

    mutating func field(_ value: inout Int) throws(KnowledgeError) {
        var pattern = UInt64(bitPattern: Int64(value))
        try bits(&pattern)
        value = Int(Int64(bitPattern: pattern))
    }

    mutating func field(_ value: inout Bool) throws(KnowledgeError) {
        var pattern: UInt64 = value ? 1 : 0
        try bits(&pattern, bytes: 1)
        guard pattern <= 1 else { throw .damaged }
        value = pattern == 1
    }

    mutating func field(_ value: inout UInt8) throws(KnowledgeError) {
        var pattern = UInt64(value)
        try bits(&pattern, bytes: 1)
        value = UInt8(truncatingIfNeeded: pattern)
    }

    /// An instant of the past, as its age.
    mutating func field(_ instant: inout Instant) throws(KnowledgeError) {
        var age = Int((now - instant).wholeNanoseconds)
        try field(&age)
        guard age >= 0, age <= Self.agesMax else {
            throw .damaged
        }
        instant = now + .nanoseconds(-Int64(age) - gap.wholeNanoseconds)
    }

    /// A list as long as it is.
    mutating func list(_ values: inout [Double]) throws(KnowledgeError) {
        for index in values.indices { try field(&values[index]) }
    }

    /// A list of at most `most`.
    mutating func list(_ values: inout [Double], most: Int) throws(KnowledgeError) {
        let count = try count(values.count, most: most)
        if isReading { values = [Double](repeating: 0, count: count) }
        try list(&values)
    }

    mutating func count(_ count: Int, most: Int) throws(KnowledgeError) -> Int {
        var count = count
        try field(&count)
        guard (0...most).contains(count) else { throw .damaged }
        return count
    }

    // MARK: Checksum

    /// Ends what is written with a checksum.
    mutating func seal() {
        var sum = Self.checksum(bytes[...])
        for _ in 0..<Self.checksumBytes {
            bytes.append(UInt8(truncatingIfNeeded: sum))
            sum >>= 8
        }
    }

    /// Takes the checksum off what is read, where it matches.
    mutating func unseal() throws(KnowledgeError) {
        guard bytes.count >= place + Self.checksumBytes, bytes.count <= Limits.knowledgeBytesMax
        else { throw .damaged }
        let body = bytes.dropLast(Self.checksumBytes)
        var sum: UInt64 = 0
        for byte in bytes.suffix(Self.checksumBytes).reversed() { sum = sum << 8 | UInt64(byte) }
        guard Self.checksum(body) == sum else { throw .damaged }
        bytes = Array(body)
    }

    /// FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo; RFC 9923), against what a store breaks by accident.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return sum
    }
}
