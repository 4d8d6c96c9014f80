import Testing
import Values

@testable import Control

@Suite struct HoldWatchTests {
    private var watch = HoldWatch()

    /// What is announced when the load asks for more than max, or not, at that second.
    private mutating func step(_ isFull: Bool, at second: Int) -> [Bool] {
        watch.update(
            isFull ? [.atMax] : [], facts: HoldFacts(), wallMs: Int64(second) * 1000,
            now: Samples.at(Double(second))
        ).map(\.isOver)
    }

    @Test mutating func whatLastsIsAnnouncedOnceAndOnceWhenItEnds() {
        for second in 0..<60 { #expect(step(true, at: second) == []) }
        #expect(step(true, at: 60) == [false])
        for second in 61..<500 { #expect(step(true, at: second) == []) }
        #expect(watch.shown == [.atMax])
        #expect(step(false, at: 500) == [true])
        #expect(watch.shown == [])
        #expect(step(false, at: 501) == [])
    }

    @Test mutating func whatComesAndGoesIsShownEachTimeAndAnnouncedSeldom() {
        var (begins, ends, shown) = (0, 0, 0)
        // 90 s full, 30 s not, for an hour.
        for second in 0..<3_600 {
            for isOver in step(second % 120 < 90, at: second) {
                if isOver { ends += 1 } else { begins += 1 }
            }
            if second % 120 == 80 {
                #expect(watch.shown == [.atMax], "what is shown is true: \(second)")
                shown += 1
            }
        }
        #expect(shown == 30)
        #expect((5...6).contains(begins), "\(begins)")
        #expect(ends == begins, "what was not announced does not end either")
    }

    @Test mutating func whatIsRepeatedAndStaysIsAnnouncedLater() {
        for second in 0...60 { _ = step(true, at: second) }
        #expect(step(false, at: 61) == [true])
        for second in 62..<660 { #expect(step(true, at: second) == []) }
        #expect(step(true, at: 660) == [false])
    }
}
