import AgentCore
import Testing
import Values

@Suite struct BeatTests {
    private func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test func aLateSampleDoesNotShiftTheBeat() {
        var beat = Beat(interval: .milliseconds(50), first: at(0))
        let taken = [3, 49, 99].map { beat.take(now: at($0)) }
        #expect(taken == [true, false, true])
        #expect(beat.due == at(100))
    }

    @Test func missedBeatsAreNotCaughtUp() {
        var beat = Beat(interval: .milliseconds(50), first: at(0))
        let taken = [10_020, 10_049, 10_050].map { beat.take(now: at($0)) }
        #expect(taken == [true, false, true])
    }
}
