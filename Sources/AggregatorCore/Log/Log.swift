import Platform
import Values
import Writing

package enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case debug, info, warning, error

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

package enum LogFormat: String, CaseIterable, Sendable {
    /// Text on a terminal, JSON elsewhere.
    case auto
    case json, text
}

package enum LogValue: Equatable, Sendable {
    case string(String)
    case integer(Int)
    case number(Double)
    case bool(Bool)
    case strings([String])
}

/// A named value of an event; names are written in code, never made from input.
package struct LogField: Sendable {
    package let name: StaticString
    package let value: LogValue

    package init(_ name: StaticString, _ value: LogValue) {
        self.name = name
        self.value = value
    }

    package init(_ name: StaticString, _ value: String) { self.init(name, .string(value)) }
    package init(_ name: StaticString, _ value: Int) { self.init(name, .integer(value)) }
    package init(_ name: StaticString, _ value: Double) { self.init(name, .number(value)) }
    package init(_ name: StaticString, _ value: Bool) { self.init(name, .bool(value)) }
}

/// Makes a line of each event: JSON for machines, text for people.
///
/// `{"time":"2026-11-24T08:00:00.000000Z","level":"info","event":"service.decision",…fields}`.
package struct Log: Sendable {
    private let level: LogLevel
    private let isJSON: Bool
    private let write: @Sendable (String) -> Void
    private let wallClockUs: @Sendable () -> Int64

    /// `write` takes whole lines, from any thread, and returns at once: see `Output`.
    package init(
        level: LogLevel = .info, format: LogFormat = .auto,
        wallClockUs: @escaping @Sendable () -> Int64 = { WallClock.nowUs() },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.level = level
        isJSON = format == .json || (format == .auto && !StandardStream.error.isTerminal)
        self.wallClockUs = wallClockUs
        self.write = write
    }

    package func debug(_ event: StaticString, _ fields: LogField...) {
        log(.debug, event, fields)
    }

    package func info(_ event: StaticString, _ fields: LogField...) {
        log(.info, event, fields)
    }

    package func warning(_ event: StaticString, _ fields: LogField...) {
        log(.warning, event, fields)
    }

    package func error(_ event: StaticString, _ fields: LogField...) {
        log(.error, event, fields)
    }

    package func log(_ level: LogLevel, _ event: StaticString, _ fields: [LogField]) {
        guard level >= self.level else { return }
        let time = UTCTime.text(us: wallClockUs())
        write(isJSON ? json(time, level, event, fields) : text(time, level, event, fields))
    }

    private func json(
        _ time: String, _ level: LogLevel, _ event: StaticString, _ fields: [LogField]
    ) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("time", time)
            json.member("level", level.rawValue)
            json.member("event", "\(event)")
            for field in fields { field.write(to: &json) }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    private func text(
        _ time: String, _ level: LogLevel, _ event: StaticString, _ fields: [LogField]
    ) -> String {
        var line = "\(time) \(level.rawValue) \(event)"
        for field in fields { line += " \(field.name)=\(field.value.words)" }
        return line + "\n"
    }
}

extension LogField {
    /// As a member of an object.
    package func write(to json: inout JSONWriter) {
        switch value {
        case .string(let value): json.member(name, value)
        case .integer(let value): json.member(name, value)
        case .bool(let value): json.member(name, value)
        case .number(let value):
            json.key(name)
            json.thousandths(of: value)
        case .strings(let values):
            json.key(name)
            json.array { json in
                for value in values { json.string(value) }
            }
        }
    }
}

extension LogValue {
    /// A text with spaces or quotes is written as JSON, so that a line stays a line.
    var words: String {
        switch self {
        case .string(let value):
            if value.utf8.allSatisfy({ (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") }) {
                return value
            }
            var json = JSONWriter()
            json.string(value)
            return String(decoding: json.bytes, as: UTF8.self)
        case .integer(let value): return "\(value)"
        case .number(let value): return JSONValue.words((value * 1000).rounded() / 1000)
        case .bool(let value): return "\(value)"
        case .strings(let values):
            return values.map { LogValue.string($0).words }.joined(separator: ",")
        }
    }
}
