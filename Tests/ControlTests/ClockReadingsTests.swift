import Telemetry
import Testing
import Values

@testable import Control

@Suite struct ClockReadingsTests {
    private let start = Instant(nanoseconds: 5)
    private let period = ControlLimits.clockPeriod

    private func clock(_ errorMs: Double, _ isSynchronized: Bool = true) -> ClockDrift {
        ClockDrift(errorMs: errorMs, isSynchronized: isSynchronized)
    }

    @Test func keepsTheWorstOfAll() {
        var clocks = ClockReadings()
        #expect(clocks.worst == nil)
        clocks.note(clock(1), now: start)
        #expect(clocks.worst == clock(1))
        clocks.note(clock(0.5, false), now: start)
        #expect(clocks.worst == clock(1, false))
        clocks.note(clock(7), now: start)
        #expect(clocks.worst == clock(7, false))
    }

    @Test func forgetsAfterTwoPeriods() {
        var clocks = ClockReadings()
        clocks.note(clock(9, false), now: start)
        clocks.note(clock(1), now: start + period)
        #expect(clocks.worst == clock(9, false))
        clocks.turn(now: start + (period * 2 - .nanoseconds(1)))
        #expect(clocks.worst == clock(9, false))
        clocks.turn(now: start + period * 2)
        #expect(clocks.worst == clock(1))
        clocks.turn(now: start + period * 3)
        #expect(clocks.worst == nil)
    }

    @Test func aLongSilenceIsTwoPeriods() {
        var clocks = ClockReadings()
        clocks.note(clock(9), now: start)
        clocks.turn(now: start + period * 100)
        #expect(clocks.worst == nil)
    }
}
