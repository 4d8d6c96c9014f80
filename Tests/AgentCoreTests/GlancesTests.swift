import AgentCore
import Testing
import Values

@Suite struct GlancesTests {
    private static let interval = Duration.nanoseconds(1_000_000_000 / 15)
    private static let start = Instant(nanoseconds: 1_000_000_000)

    /// Which of these readings nginx is asked about.
    private func asks(_ readings: [(sockets: Int?, turn: Glances.Turn)]) -> [Bool] {
        var glances = Glances(sampleInterval: Self.interval, first: Self.start)
        return readings.map { glances.asks($0.sockets, $0.turn, now: Self.start) }
    }

    @Test func aSurgeIsAskedAboutAtOnceAndAgainAsItUnfolds() {
        let asked = asks([
            (187, .sample), (192, .sample), (200, .sample), (215, .glance), (216, .glance),
            (223, .glance), (224, .glance), (235, .glance), (236, .glance),
        ])
        #expect(asked == [true, true, true, false, true, false, true, false, true])
    }

    @Test func whatIsUnknownIsNoRise() {
        let asked = asks([
            (1000, .glance), (10, .sample), (nil, .glance), (1000, .glance), (nil, .sample),
        ])
        #expect(asked == [false, true, false, false, true])
    }

    @Test func aFallAndASmallRiseAreNothing() {
        let asked = asks([
            (100, .sample), (105, .glance), (10, .glance), (10, .sample), (20, .glance),
        ])
        #expect(asked == [true, false, false, true, true])
    }

    /// The turns of one second with so many sockets at a time; how many samples were taken.
    private func turns(
        _ seconds: Int, _ sockets: (Instant) -> Int
    ) -> (glances: Int, samples: Int) {
        var glances = Glances(sampleInterval: Self.interval, first: Self.start)
        var count = (glances: 0, samples: 0)
        while glances.due < Self.start + .seconds(seconds) {
            let now = glances.due
            guard let turn = glances.take(now: now) else { break }
            count.glances += 1
            if glances.asks(sockets(now), turn, now: now) { count.samples += 1 }
        }
        return count
    }

    @Test func samplesComeAtTheirRateAndGlancesBetween() {
        let count = turns(10) { _ in 100 }
        #expect(count.samples == 151, "the first of all, and 15 a second")
        #expect((900...910).contains(count.glances))
    }

    @Test func aSurgeIsFollowedWhileItUnfolds() {
        // 130 requests of three sockets within 100 ms, from half a second on.
        let count = turns(1) { now in
            let ms = Double((now - Self.start).wholeMilliseconds)
            return 10 + Int(390 * min(1, max(0, (ms - 500) / 100)))
        }
        #expect((20...28).contains(count.samples))
        #expect(count.glances < 91 + 60)
    }

    @Test func theNextSurgeTwoSecondsLaterIsSeenAsSoon() {
        var glances = Glances(sampleInterval: Self.interval, first: Self.start)
        let surges = [Self.start + .seconds(1), Self.start + .milliseconds(3500)]
        var seen: [Duration] = []
        while glances.due < Self.start + .seconds(5) {
            let now = glances.due
            guard let turn = glances.take(now: now) else { break }
            let begun = surges.last { $0 <= now && now < $0 + .milliseconds(500) }
            let asked = glances.asks(begun == nil ? 10 : 400, turn, now: now)
            if asked, let begun, seen.count < surges.firstIndex(of: begun)! + 1 {
                seen.append(now - begun)
            }
        }
        #expect(seen.count == 2)
        #expect(seen.allSatisfy { $0 <= .milliseconds(12) })
    }

    /// Bursts that come and go between two samples: they are what is usual.
    @Test func burstsThatComeOftenCostLittle() {
        let count = turns(60) { now in
            (now - Self.start).wholeMilliseconds % 100 < 20 ? 500 : 100
        }
        #expect(count.samples <= 60 * 15 * 3 / 2)
    }

    /// Traffic whose sockets swing by any size, at random around a mean: few samples more.
    @Test(arguments: [3, 30, 300, 3000])
    func steadyTrafficCostsNothing(swing: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let count = turns(60) { _ in 4000 + Int.random(in: -swing...swing, using: &random) }
        #expect(count.samples <= 60 * 15 + 60, "seed \(seed)")
    }
}
