import Telemetry
import Values

@testable import Control

/// ECS as it is on a bad day: it answers late and with old counts, throttles, times out after it
/// did the work, and somebody else writes the same count.
struct FakeECS {
    struct Write {
        let at: Instant
        let count: Int
        let isOurs: Bool
    }

    private(set) var writes: [Write]
    /// How old what a look shows is.
    var lag = Duration.zero

    init(_ desired: Int) {
        writes = [Write(at: Samples.start, count: desired, isOurs: false)]
    }

    var desired: Int { writes[writes.count - 1].count }

    mutating func set(_ count: Int, isOurs: Bool, now: Instant) {
        writes.append(Write(at: now, count: count, isOurs: isOurs))
    }

    func shown(now: Instant) -> ServiceDescription {
        let write = writes.last { now - $0.at >= lag } ?? writes[0]
        return Samples.description(write.count)
    }

    /// What it has had since then.
    func highest(since: Instant, now: Instant) -> Int {
        let before = writes.last { $0.at <= since } ?? writes[0]
        return writes.filter { $0.at > since }.reduce(before.count) { max($0, $1.count) }
    }
}
