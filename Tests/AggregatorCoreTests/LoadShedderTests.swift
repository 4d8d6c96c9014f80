import Foundation
import Scaling
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

    /// With time for the report that follows.
    @Test func waitsLessThanMakesATaskStale() {
        let wait = Duration.seconds(AggregatorLimits.retryAfterSeconds)
        #expect(wait + .seconds(1) < DataPolicy().staleAfter)
    }

    @Test func shedsNoReportWhileStrangersRemain() {
        let shedder = LoadShedder(limitPercent: 90)
        #expect(shedder.note(usedPercent: 100, strangersPercent: 30) == .began)
        for _ in 0..<10 {
            #expect(shedder.note(usedPercent: 100, strangersPercent: 10) == nil)
            #expect(shedder.isTight)
            #expect(shedder.permille == 0)
        }
        #expect(shedder.note(usedPercent: 100, strangersPercent: 1) == nil)
        #expect(shedder.permille == 200)
        for _ in 0..<3 { #expect(shedder.note(usedPercent: 10, strangersPercent: 5) == nil) }
        #expect(shedder.note(usedPercent: 10, strangersPercent: 5) == .ended)
        #expect(!shedder.isTight)
    }

    @Test func tellsTheUseOfTheProcessors() {
        var use = ProcessorUse(processors: 2)
        let start = Instant(nanoseconds: 0)
        #expect(use.percent(cpuSeconds: 10, now: start) == nil)
        #expect(use.percent(cpuSeconds: 11, now: start + .seconds(1)) == 50)
        #expect(use.percent(cpuSeconds: 13, now: start + .seconds(2)) == 100)
        let all = Double(ProcessInfo.processInfo.activeProcessorCount)
        #expect(Processors.available() > 0 && Processors.available() <= all)
    }
}
