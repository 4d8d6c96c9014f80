import Writing

extension UTCTime {
    /// Milliseconds since 1970 of a moment as RFC 3339 writes it; `nil` for anything else.
    ///
    /// `2026-01-05T10:00:00Z`, with a space for the `T`, with a fraction, of which milliseconds
    /// count, and with an offset such as `+01:00`. A leap second counts as the second after it.
    /// Without an offset, which RFC 3339 asks for, it is UTC: what AWS and most exports mean by it.
    package static func ms(of text: String) -> Int64? {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2),
            reader.skip("-"), let day = reader.number(2), reader.skip("T") || reader.skip(" "),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2),
            reader.skip(":"), let second = reader.number(2),
            (1...12).contains(month), (1...days(month, of: year)).contains(day), hour < 24,
            minute < 60, second <= 60
        else { return nil }
        var fraction = 0
        if reader.skip(".") {
            guard let milliseconds = reader.milliseconds() else { return nil }
            fraction = milliseconds
        }
        guard let offset = reader.offsetMinutes(), reader.isAtEnd else { return nil }
        let date = CivilDate.days(year: year, month: month, day: day)
        let minutes = (date * 24 + Int64(hour)) * 60 + Int64(minute - offset)
        return (minutes * 60 + Int64(second)) * 1000 + Int64(fraction)
    }

    private static func days(_ month: Int, of year: Int) -> Int {
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        return Int(
            CivilDate.days(year: next.0, month: next.1, day: 1)
                - CivilDate.days(year: year, month: month, day: 1))
    }
}

/// Reads numbers of fixed width, one after another.
private struct DigitReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = nextDigit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func nextDigit() -> Int? {
        guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
        rest.removeFirst()
        return Int(byte - 0x30)
    }

    /// The digits of a fraction, rounded down to thousandths; `nil` without any.
    mutating func milliseconds() -> Int? {
        var value = 0
        var count = 0
        while let digit = nextDigit() {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 3)..<3 { value *= 10 }
        return value
    }

    /// `Z`, `+01:00`, `-0330`; a moment without one is UTC.
    mutating func offsetMinutes() -> Int? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2) else { return nil }
        _ = skip(":")
        guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
