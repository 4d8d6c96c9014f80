import AgentCore
import Telemetry
import Testing
import Values

@Suite struct RiseTriggerTests {
    private func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    private func fires(_ trigger: inout RiseTrigger, _ busy: Int, at milliseconds: Int64) -> Bool {
        trigger.fires(busy: busy, now: at(milliseconds))
    }

    private func trigger(knowing busy: Int?) -> RiseTrigger {
        var trigger = RiseTrigger(riseMin: 5, risePercent: 25, floor: .milliseconds(200))
        if let busy { trigger.told(window(busy)) }
        return trigger
    }

    private func window(_ busy: Int) -> Window {
        let gauge = GaugeSummary(min: busy, mean: Double(busy), max: busy, last: busy)
        return Window(
            startMs: 0, lengthMs: 1000, samples: 20, failed: 0, restarts: 0,
            gauges: WindowGauges(active: gauge, busy: gauge, waiting: gauge), counters: nil)
    }

    @Test func theFirstSampleOfAllIsTold() {
        var trigger = trigger(knowing: nil)
        #expect(fires(&trigger, 0, at: 0) == true)
    }

    @Test(arguments: [
        (2, 6, false), (2, 7, true), (100, 124, false), (100, 125, true), (50, 3, false),
    ])
    func firesOnARiseByNumberAndPercent(known: Int, busy: Int, expected: Bool) {
        var trigger = trigger(knowing: known)
        #expect(fires(&trigger, busy, at: 0) == expected)
    }

    @Test func twoRisesAreAFloorApart() {
        var trigger = trigger(knowing: 0)
        #expect(fires(&trigger, 10, at: 0) == true)
        trigger.told(window(10))
        #expect(fires(&trigger, 19, at: 199) == false)
        #expect(fires(&trigger, 19, at: 200) == true)
    }

    @Test func aDoublingIsToldWithinTheFloor() {
        var trigger = trigger(knowing: 0)
        #expect(fires(&trigger, 10, at: 0) == true)
        trigger.told(window(10))
        #expect(fires(&trigger, 20, at: 50) == true)
        trigger.told(window(20))
        #expect(fires(&trigger, 39, at: 100) == false)
    }

    @Test func comparesWithWhatWasToldLast() {
        var trigger = trigger(knowing: 0)
        trigger.told(window(20))
        #expect(fires(&trigger, 22, at: 0) == false)
        trigger.told(window(1))
        #expect(fires(&trigger, 22, at: 0) == true)
    }
}
