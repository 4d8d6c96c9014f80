/// What the local time of a zone is, made from the bytes of a file of the IANA time zone database
/// by whoever may read files.
package struct TimeZoneRules: Equatable, Sendable {
    package let name: String
    private let initialOffset: Int
    /// Unix seconds and the offset from UTC, in seconds, from then on; ascending.
    private let transitions: [Transition]
    /// What holds after the last transition; `nil` leaves the last offset.
    private let footer: PosixTimeZone?

    private struct Transition: Equatable, Sendable {
        let at: Int64
        let offset: Int
    }

    package static let utc = TimeZoneRules(name: "UTC", offsetSeconds: 0)

    package init(name: String, offsetSeconds: Int) {
        self.name = name
        initialOffset = offsetSeconds
        transitions = []
        footer = nil
    }

    /// Reads a TZif file of version 2 or later (RFC 8536); `nil` when it is not one.
    package init?(name: String, tzif bytes: [UInt8]) {
        var reader = TZifReader(bytes: bytes)
        guard let first = reader.header(), first.version >= UInt8(ascii: "2") else { return nil }
        // The first block, of version 1, has 32-bit times and is skipped.
        reader.skip(first.bodyBytes(timeBytes: 4))
        guard let header = reader.header(), header.times <= Limits.zoneTransitionsMax,
            let body = reader.body(header)
        else { return nil }
        self.name = name
        initialOffset = body.offsets.first ?? 0
        transitions = zip(body.times, body.kinds).compactMap { time, kind in
            kind < body.offsets.count ? Transition(at: time, offset: body.offsets[kind]) : nil
        }
        footer = reader.footer().flatMap(PosixTimeZone.init)
    }

    /// Local time minus UTC, in seconds.
    package func offsetSeconds(atUnix second: Int64) -> Int {
        guard let last = transitions.last, second < last.at else {
            return footer?.offsetSeconds(atUnix: second) ?? transitions.last?.offset
                ?? initialOffset
        }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= second { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? initialOffset : transitions[low - 1].offset
    }
}

/// Reads the parts of a TZif file one after the other.
private struct TZifReader {
    struct Header {
        let version: UInt8
        let isUT: Int
        let isStd: Int
        let leaps: Int
        let times: Int
        let types: Int
        let characters: Int

        func bodyBytes(timeBytes: Int) -> Int {
            times * timeBytes + times + types * 6 + characters + leaps * (timeBytes + 4) + isStd
                + isUT
        }
    }

    let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func header() -> Header? {
        guard offset + 44 <= bytes.count, Array(bytes[offset..<offset + 4]) == Array("TZif".utf8)
        else { return nil }
        let version = bytes[offset + 4]
        offset += 20
        let counts = (0..<6).map { _ in Int(integer(4)) }
        guard counts.allSatisfy({ $0 >= 0 && $0 < 1 << 20 }) else { return nil }
        return Header(
            version: version, isUT: counts[0], isStd: counts[1], leaps: counts[2],
            times: counts[3], types: counts[4], characters: counts[5])
    }

    mutating func skip(_ count: Int) {
        offset = min(bytes.count, offset + count)
    }

    mutating func body(_ header: Header) -> (times: [Int64], kinds: [Int], offsets: [Int])? {
        let size = header.bodyBytes(timeBytes: 8)
        guard offset + size <= bytes.count, header.types > 0 else { return nil }
        let end = offset + size
        let times = (0..<header.times).map { _ in integer(8) }
        let kinds = (0..<header.times).map { _ in Int(integer(1)) }
        let offsets = (0..<header.types).map { _ in
            let value = Int(integer(4))
            offset += 2
            return value
        }
        offset = end
        return (times, kinds, offsets)
    }

    /// The text between the two line feeds at the end.
    func footer() -> String? {
        guard offset < bytes.count, bytes[offset] == 10,
            let end = bytes[(offset + 1)...].firstIndex(of: 10)
        else { return nil }
        return String(decoding: bytes[(offset + 1)..<end], as: UTF8.self)
    }

    /// Big endian; of 4 and 8 bytes with a sign.
    private mutating func integer(_ count: Int) -> Int64 {
        var value: UInt64 = 0
        for index in 0..<count { value = value << 8 | UInt64(bytes[offset + index]) }
        offset += count
        return count == 4
            ? Int64(Int32(truncatingIfNeeded: value)) : Int64(truncatingIfNeeded: value)
    }
}
