import Testing
import Values

@testable import Control

/// Random days with a second writer and an ECS that lags, throttles and loses answers; scale-in is
/// off.
@Suite struct BadDayTests {
    @Test(arguments: 0..<30)
    func doesNoHarm(seed: Int) {
        var day = BadDay(seed: UInt64(seed))
        day.run(seconds: 300, faults: 1)
        // Then all is well again, long enough for every distrust to end.
        day.run(seconds: 420, faults: 0)
        #expect(day.problems == [], "seed \(seed)")
        #expect(day.adopted <= day.foreign + lateCalls, "seed \(seed)")
        let desired = day.ecs.desired
        #expect(day.controller.counts?.desiredCount == desired, "seed \(seed)")
        #expect(desired >= day.needed, "seed \(seed): \(desired) of \(day.needed)")
        let messages = day.announced.map { "\($0.decision.from)-\($0.decision.to)-\($0.wallMs)" }
        #expect(Set(messages).count == messages.count, "seed \(seed)")
        // Somebody else may set the very count that a lost call of ours was for.
        let ours = day.ecs.writes.count { $0.isOurs }
        #expect(day.announced.count <= ours + 1, "seed \(seed)")
    }

    /// Calls of ours that are done after newer ones are adopted too: a few a day.
    private let lateCalls = 3

    @Test(arguments: 0..<20)
    func aCalmDayIsQuiet(seed: Int) {
        var day = BadDay(seed: UInt64(seed))
        day.run(seconds: 600, faults: 0)
        #expect(day.adopted == 0)
        #expect(day.foreign == 0)
        #expect(day.announced.count <= 1)
        #expect(day.problems == [])
    }
}
