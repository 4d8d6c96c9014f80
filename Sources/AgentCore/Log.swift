import Platform
import Telemetry

/// Writes the log: one JSON object a line on standard error, and only when something changed.
///
/// A line is lost when its reader is behind: sampling must not wait for a log driver.
///
/// `{"time":"2026-11-24T08:11:52.123Z","level":"info","event":"nginx.up",…}`
package struct Log {
    package enum Level: Sendable {
        case info
        case warning
        case error
    }

    private var json = JSONWriter()

    package init() {}

    @_optimize(none)
    package mutating func write(
        _ level: Level, _ event: StaticString, _ members: (inout JSONWriter) -> Void = { _ in }
    ) {
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
        StandardStream.error.writeUnlessFull(json.bytes)
    }
}
