import Values

/// The rule of a zone for all years to come, as in the footer of a TZif file: POSIX.1, section 8.3,
/// `TZ`, for example `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// Of the three forms of dates only `Mm.w.d` is taken, which all zones of today use.
struct PosixTimeZone: Equatable, Sendable {
    struct Change: Equatable, Sendable {
        let month: Int
        /// 1 to 5; 5 is the last.
        let week: Int
        /// 0 is Sunday.
        let weekday: Int
        /// Local seconds after midnight.
        let second: Int

        /// Local seconds since 1970 of the change in that year.
        func localSeconds(year: Int) -> Int64 {
            let first = CivilDate.days(year: year, month: month, day: 1)
            let firstWeekday = Int(((first + 4) % 7 + 7) % 7)
            var day = 1 + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            let next = month == 12 ? (year + 1, 1) : (year, month + 1)
            let length = Int(CivilDate.days(year: next.0, month: next.1, day: 1) - first)
            if day > length { day -= 7 }
            return (first + Int64(day - 1)) * 86_400 + Int64(second)
        }
    }

    private let standard: Int
    private let summer: Int
    private let begin: Change?
    private let end: Change?

    init?(_ text: String) {
        var parser = PosixParser(text: Array(text.utf8))
        guard parser.name(), let standard = parser.offset() else { return nil }
        self.standard = -standard
        guard !parser.isAtEnd else {
            summer = -standard
            begin = nil
            end = nil
            return
        }
        guard parser.name() else { return nil }
        if parser.next == UInt8(ascii: ",") {
            summer = -standard + 3_600
        } else {
            guard let summer = parser.offset() else { return nil }
            self.summer = -summer
        }
        guard let begin = parser.change(), let end = parser.change(), parser.isAtEnd else {
            return nil
        }
        self.begin = begin
        self.end = end
    }

    /// Local time minus UTC, in seconds.
    func offsetSeconds(atUnix second: Int64) -> Int {
        guard let begin, let end else { return standard }
        let year = CivilDate(unixSeconds: second + Int64(standard)).year
        let from = begin.localSeconds(year: year) - Int64(standard)
        let to = end.localSeconds(year: year) - Int64(summer)
        // In the south the summer goes over the end of the year.
        let isSummer = from < to ? from <= second && second < to : second >= from || second < to
        return isSummer ? summer : standard
    }
}

private struct PosixParser {
    let text: [UInt8]
    private var index = 0

    init(text: [UInt8]) {
        self.text = text
    }

    var next: UInt8? { index < text.count ? text[index] : nil }
    var isAtEnd: Bool { index >= text.count }

    /// Letters, or anything within angle brackets.
    mutating func name() -> Bool {
        let begin = index
        if next == UInt8(ascii: "<") {
            while let byte = next, byte != UInt8(ascii: ">") { index += 1 }
            guard next != nil else { return false }
            index += 1
            return true
        }
        while let byte = next, (byte | 0x20) >= 97, (byte | 0x20) <= 122 { index += 1 }
        return index - begin >= 3
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func offset() -> Int? {
        var sign = 1
        if next == UInt8(ascii: "-") { sign = -1 }
        if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { index += 1 }
        guard let hours = number() else { return nil }
        var seconds = hours * 3_600
        for unit in [60, 1] where next == UInt8(ascii: ":") {
            index += 1
            guard let part = number() else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }

    /// `,Mm.w.d[/time]`
    mutating func change() -> PosixTimeZone.Change? {
        guard take(","), take("M"), let month = number(), take("."), let week = number(),
            take("."), let weekday = number(), (1...12).contains(month), (1...5).contains(week),
            (0...6).contains(weekday)
        else { return nil }
        var second = 7_200
        if next == UInt8(ascii: "/") {
            index += 1
            guard let time = offset() else { return nil }
            second = time
        }
        return PosixTimeZone.Change(
            month: month, week: week, weekday: weekday, second: second)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = next, byte >= 48, byte <= 57, value ?? 0 < 10_000 {
            value = (value ?? 0) * 10 + Int(byte - 48)
            index += 1
        }
        return value
    }
}
