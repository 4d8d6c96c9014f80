import Testing
import Values

@testable import AggregatorCore

@Suite struct LoadShedderTests {
    private func admitted(_ shedder: LoadShedder, of count: Int) -> Int {
        (0..<count).count { _ in shedder.admits() }
    }

    @Test func shedsMoreTheLongerItLastsAndNeverAll() {
        let shedder = LoadShedder(limitPercent: 90)
        #expect(admitted(shedder, of: 1000) == 1000)
        #expect(shedder.note(usedPercent: 89) == nil)
        #expect(shedder.note(usedPercent: 91) == .began)
        #expect(admitted(shedder, of: 1000) == 800)
        for _ in 0..<10 { #expect(shedder.note(usedPercent: 100) == nil) }
        #expect(admitted(shedder, of: 1000) == 200)
    }

    @Test func letsGoSlowly() {
        let shedder = LoadShedder(limitPercent: 90)
        _ = shedder.note(usedPercent: 95)
        #expect(shedder.note(usedPercent: 80) == nil)
        #expect(shedder.permille == 200)
        var calls = 0
        while true {
            calls += 1
            if shedder.note(usedPercent: 50) == .ended { break }
        }
        #expect(calls == 4)
        #expect(admitted(shedder, of: 100) == 100)
    }

    @Test func canBeTurnedOff() {
        let shedder = LoadShedder(limitPercent: 0)
        #expect(shedder.note(usedPercent: 100) == nil)
        #expect(admitted(shedder, of: 100) == 100)
    }

    @Test func waitsLessThanMakesATaskStale() {
        #expect(AggregatorLimits.shedRetryAfterSeconds < 5)
    }

    @Test func tellsTheUseOfTheProcessors() {
        var use = ProcessorUse(processors: 2)
        let start = Instant(nanoseconds: 0)
        var figures = ProcessFigures(cpuSeconds: 10, residentBytes: 0, startTimeSeconds: 0)
        #expect(use.percent(figures, now: start) == nil)
        figures.cpuSeconds = 11
        #expect(use.percent(figures, now: start + .seconds(1)) == 50)
        #expect(use.percent(nil, now: start + .seconds(2)) == nil)
        figures.cpuSeconds = 13
        #expect(use.percent(figures, now: start + .seconds(2)) == 100)
        #expect(Processors.available() > 0)
    }
}
