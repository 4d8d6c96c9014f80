import Platform
import Values
import Writing

/// Writes the log: one JSON object a line on standard error, and only when something changed.
///
/// A line is lost when its reader is behind: sampling must not wait for a log driver. The next line
/// that is written follows one that says how many were.
///
/// `{"time":"2026-11-24T08:11:52.123Z","level":"info","event":"nginx.up",…}`
package struct Log {
    package enum Level: Sendable {
        case info
        case warning
        case error
    }

    private var json = JSONWriter()
    private var dropped = 0

    package init() {}

    @_optimize(none)
    package mutating func write(
        _ level: Level, _ event: StaticString, _ members: (inout JSONWriter) -> Void = { _ in }
    ) {
        if dropped > 0, put(.warning, "log.dropped", { [dropped] in $0.member("lines", dropped) }) {
            dropped = 0
        }
        if !put(level, event, members) { dropped += 1 }
    }

    /// False when the line is lost.
    @_optimize(none)
    private mutating func put(
        _ level: Level, _ event: StaticString, _ members: (inout JSONWriter) -> Void
    ) -> Bool {
        json.reset()
        json.object { json in
            json.member("time", UTCTime.text(ms: WallClock.nowMs()))
            json.key("level")
            switch level {
            case .info: json.string("info")
            case .warning: json.string("warning")
            case .error: json.string("error")
            }
            json.key("event")
            json.string(event)
            members(&json)
        }
        json.endLine()
        return StandardStream.error.writeUnlessFull(json.bytes)
    }
}
