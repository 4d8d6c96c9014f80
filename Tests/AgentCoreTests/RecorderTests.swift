import Telemetry
import Testing
import Transport
import Values

@testable import AgentCore

/// The agent's core in manual time: windows, the cut before a surge, conditions, lines of the log.
@Suite struct RecorderTests {
    private struct World {
        var recorder: Recorder
        var now = Instant(nanoseconds: 0)
        var windows: [Window] = []
        var events: [String] = []
        static let interval = Duration.milliseconds(100)

        init() {
            recorder = Recorder(
                sampleInterval: Self.interval, window: .seconds(1),
                trigger: RiseTrigger(
                    riseMin: 5, risePercent: 25, floor: .milliseconds(200)),
                now: now, wallMs: 0)
        }

        var wallMs: Int64 { now.nanoseconds / 1_000_000 }

        mutating func drain() {
            while let action = recorder.nextAction() {
                switch action {
                case .report(let window): windows.append(window)
                case .log(let event, let suppressed):
                    events.append("\(event.name)" + (suppressed > 0 ? " +\(suppressed)" : ""))
                }
            }
        }

        mutating func pass() {
            now = now + Self.interval
        }

        mutating func sample(busy: Int, hasServed: Bool = true) {
            pass()
            recorder.asked(now: now)
            recorder.taken(
                LoadSample(
                    at: now, active: busy + 1, busy: busy, waiting: 0, restarts: 0,
                    increase: CounterIncrease(accepts: 1, handled: 1, requests: 2),
                    took: .milliseconds(1), hasServed: hasServed), now: now, wallMs: wallMs)
            drain()
        }

        mutating func fail(_ failure: ConnectionFailure) {
            pass()
            recorder.asked(now: now)
            recorder.failed(failure, now: now, wallMs: wallMs)
            drain()
        }

        mutating func hang(waiting: Int?) {
            recorder.asked(now: now)
            pass()
            if let waiting {
                var reading = WitnessReading()
                reading.unread = waiting
                reading.acceptQueue = 0
                recorder.saw(reading, now: now)
            }
            recorder.tick(now: now, wallMs: wallMs)
            drain()
        }

        func isWhole() -> Bool {
            zip(windows, windows.dropFirst()).allSatisfy {
                $0.startMs + Int64($0.lengthMs) == $1.startMs
            }
        }
    }

    @Test func aWindowEndsWithTheSampleAtItsEnd() {
        var world = World()
        for _ in 0..<31 { world.sample(busy: 3) }
        // The first sample of all is reported at once.
        #expect(world.windows.count == 4)
        #expect(world.windows.dropFirst().allSatisfy { $0.lengthMs == 1000 && $0.samples == 10 })
        #expect(world.isWhole())
        #expect(world.windows.last?.sampleAgeMs == 0)
        #expect(world.windows.last?.sampleMs == 1)
        #expect(world.windows.last?.condition == .serving)
    }

    @Test func aSurgeIsCutOffFromWhatWasBefore() {
        var world = World()
        for _ in 0..<15 { world.sample(busy: 3) }
        let count = world.windows.count
        world.sample(busy: 40)
        let new = world.windows[count...]
        #expect(new.count == 2)
        #expect(new.first?.gauges?.busy.max == 3)
        #expect(new.last?.gauges?.busy == GaugeSummary(min: 40, mean: 40, max: 40, last: 40))
        #expect(new.last?.lengthMs == 100)
        #expect(world.isWhole())
    }

    @Test func aTaskIsHeardEachSecondThoughNginxHangs() {
        var world = World()
        world.sample(busy: 3)
        for _ in 0..<50 { world.hang(waiting: nil) }
        #expect(world.windows.count >= 5)
        #expect(world.windows.allSatisfy { $0.lengthMs <= 1100 })
        #expect(world.windows.last?.gauges == nil)
        #expect(world.windows.last?.condition == .unknown)
        #expect(world.windows.last.map { ($0.sampleAgeMs ?? 0) >= 4000 } == true)
        #expect(world.isWhole())
    }

    @Test func saturationIsReportedAtOnceWithItsWitnesses() {
        var world = World()
        for _ in 0..<21 { world.sample(busy: 3) }
        let count = world.windows.count
        for _ in 0..<5 { world.hang(waiting: 90) }
        #expect(world.windows.count > count)
        #expect(world.windows.last?.condition == .saturated)
        #expect(world.windows.last?.witnesses?.unread == 90)
        #expect(world.events == ["nginx.saturated"])
        for _ in 0..<30 { world.sample(busy: 50) }
        #expect(world.events == ["nginx.saturated", "nginx.up"])
        #expect(world.isWhole())
    }

    @Test func failuresAreReportedByKind() {
        var world = World()
        for _ in 0..<5 { world.sample(busy: 1) }
        for failure in [ConnectionFailure.refused, .reset, .reset, .cutShort, .wrongAnswer] {
            world.fail(failure)
        }
        world.sample(busy: 1)
        let window = world.windows.last
        #expect(window?.failed == 5)
        #expect(
            window?.failures == SampleFailures(refused: 1, reset: 2, cutShort: 1, wrongAnswer: 1))
    }

    @Test func anAlternatingPageLogsNothing() {
        var world = World()
        for _ in 0..<100 {
            world.sample(busy: 1)
            world.fail(.wrongAnswer)
        }
        #expect(world.events == [])
    }

    @Test func aStateThatChangesAllTheTimeIsLoggedOnceAMinute() {
        var world = World()
        for _ in 0..<150 {
            for _ in 0..<5 { world.sample(busy: 1) }
            for _ in 0..<5 { world.fail(.refused) }
        }
        // 150 s of it.
        #expect(world.events.count <= 7)
        #expect(world.events.contains { $0.contains("+") })
        for _ in 0..<1300 { world.sample(busy: 1) }
        #expect(world.events.last?.hasPrefix("nginx.up") == true, "the last state is said")
    }

    @Test func startsWithItsFirstRequestOrAfterAWhile() {
        var world = World()
        #expect(world.recorder.isStarting(now: world.now))
        world.sample(busy: 0, hasServed: false)
        #expect(world.recorder.isStarting(now: world.now))
        #expect(!world.recorder.isStarting(now: world.now + .seconds(31)))
        world.sample(busy: 0, hasServed: true)
        #expect(!world.recorder.isStarting(now: world.now))
    }

    @Test func looksOnceAWindowAndOftenInTrouble() {
        var world = World()
        var looks = 0
        for _ in 0..<100 {
            world.sample(busy: 1)
            guard world.recorder.wantsLook(now: world.now) else { continue }
            looks += 1
            var reading = WitnessReading()
            reading.unread = 0
            world.recorder.saw(reading, now: world.now)
        }
        #expect((9...11).contains(looks))
        world.recorder.asked(now: world.now)
        world.pass()
        #expect(world.recorder.wantsLook(now: world.now))
    }
}
