import Testing
import Values

@testable import Control

@Suite struct RivalryTests {
    private func at(_ seconds: Double) -> Instant { Samples.at(seconds) }

    /// We lower 4 to 1, and a minute later it is 4 again.
    private func fight(_ rivalry: inout Rivalry, at seconds: Double) {
        rivalry.advance(to: at(seconds))
        rivalry.changed(from: 4, to: 1, now: at(seconds))
        rivalry.foreign(from: 1, to: 4, now: at(seconds + 60))
    }

    private func contested() -> Rivalry {
        var rivalry = Rivalry()
        for round in 0..<3 { fight(&rivalry, at: Double(round) * 65) }
        return rivalry
    }

    @Test func lowersNothingAfterItWasRaisedBackThreeTimes() {
        var rivalry = Rivalry()
        for round in 0..<3 {
            #expect(!rivalry.forbidsLowering(now: at(Double(round) * 65)))
            fight(&rivalry, at: Double(round) * 65)
        }
        #expect(rivalry.forbidsLowering(now: at(200)))
        #expect(rivalry.contestedSince == at(190))
        #expect(!rivalry.forbidsLowering(now: at(190 + 1_800)))
    }

    @Test func triesLessAndLessOften() {
        var rivalry = contested()
        fight(&rivalry, at: 2_000)
        #expect(rivalry.forbidsLowering(now: at(2_060 + 3_599)))
        #expect(!rivalry.forbidsLowering(now: at(2_060 + 3_600)))
        #expect(rivalry.contestedSince == at(190))
    }

    @Test func endsWhenALoweringStands() {
        var rivalry = contested()
        rivalry.advance(to: at(2_000))
        rivalry.changed(from: 4, to: 1, now: at(2_000))
        rivalry.advance(to: at(2_500))
        #expect(rivalry.contestedSince != nil)
        rivalry.advance(to: at(2_601))
        #expect(rivalry.contestedSince == nil)
    }

    @Test func somebodysRaiseThatAnswersNothingIsNoContest() {
        var rivalry = Rivalry()
        for round in 0..<10 {
            rivalry.foreign(from: 1, to: 4, now: at(Double(round) * 60))
        }
        rivalry.changed(from: 4, to: 1, now: at(1_000))
        rivalry.foreign(from: 1, to: 4, now: at(1_700))
        #expect(rivalry.contestedSince == nil)
    }

    @Test func whoLowersAgainWhatWeRaiseIsSeen() {
        var rivalry = Rivalry()
        for round in 0..<3 {
            rivalry.changed(from: 2, to: 8, now: at(Double(round) * 60))
            rivalry.foreign(from: 8, to: 2, now: at(Double(round) * 60 + 10))
        }
        #expect(rivalry.undoneRaisesSince == at(130))
        #expect(!rivalry.forbidsLowering(now: at(131)))
        rivalry.advance(to: at(130 + 3_600))
        #expect(rivalry.undoneRaisesSince == nil)
    }
}
