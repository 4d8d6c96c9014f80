import Control
import Platform
import Values
import Writing

/// What one service was and what happened to it, for as long as memory is set aside for it.
///
/// A point each second, merged into one each minute, and an entry for each event of its controller,
/// as the log has it.
final class ServiceHistory: Sendable {
    /// What happened, as a member of an array.
    struct Entry: Sendable {
        /// Grows by one with each entry since the program's start.
        let number: Int
        let json: [UInt8]
    }

    private struct State {
        var seconds: Ring<HistoryPoint>
        var minutes: Ring<HistoryPoint>
        /// The minute under way.
        var open: HistoryPoint?
        var entries: Ring<Entry>
        var entryCount = 0
        /// How often each event was; events are a fixed set.
        var counts: [String: Int] = [:]
    }

    private let state: Lock<State>

    init(_ limits: HistoryLimits) {
        state = Lock(
            State(
                seconds: Ring(countMax: limits.secondsMax),
                minutes: Ring(countMax: limits.minutesMax),
                entries: Ring(countMax: limits.entriesMax)))
    }

    func note(_ point: HistoryPoint) {
        state.withLock { state in
            state.seconds.append(point)
            guard var open = state.open, open.ms / 60_000 == point.ms / 60_000 else {
                if let open = state.open { state.minutes.append(open) }
                state.open = point
                return
            }
            open.merge(point)
            state.open = open
        }
    }

    func note(_ event: ControlEvent, wallMs: Int64) {
        let line = event.line
        var json = JSONWriter()
        state.withLock { state in
            state.entryCount += 1
            state.counts["\(line.event)", default: 0] += 1
            json.object { json in
                json.member("number", state.entryCount)
                json.member("time", UTCTime.text(ms: wallMs))
                json.member("event", "\(line.event)" as String)
                for field in line.fields { field.write(to: &json) }
            }
            state.entries.append(Entry(number: state.entryCount, json: json.bytes))
        }
    }

    /// How many there were since the start.
    var entryCount: Int { state.withLock { $0.entryCount } }

    /// How often each event was since the start.
    var eventCounts: [(event: String, count: Int)] {
        state.withLock { $0.counts }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Those after a number, oldest first; of these the newest `countMax`.
    func entries(after number: Int, countMax: Int) -> [Entry] {
        Array(state.withLock { $0.entries.all }.filter { $0.number > number }.suffix(countMax))
    }

    var seconds: [HistoryPoint] { state.withLock { $0.seconds.all } }

    var minutes: [HistoryPoint] {
        state.withLock { $0.minutes.all + [$0.open].compactMap { $0 } }
    }
}
