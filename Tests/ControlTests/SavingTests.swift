import Scaling
import Testing
import Values

@testable import Control

/// What a controller keeps over a restart.
@Suite struct SavingTests {
    private let pause = ServiceOverride(
        .pause(.both), reason: "deployment", until: Samples.at(600),
        untilMs: 1_790_000_600_000)

    @Test func aPauseIsInForceAgainForWhatIsLeftOfIt() throws {
        var hand = Hand()
        hand.pass(to: 0)
        let result = hand.controller.override(pause, now: Samples.at(0))
        #expect(try result.get().contains { if case .persist = $0 { true } else { false } })
        let saved = hand.controller.saved(now: Samples.at(1))
        // Another machine's clock, a minute later.
        var after = Hand()
        after.actions = after.controller.restore(
            saved, savedMs: 1_790_000_001_000, wallMs: 1_790_000_061_000, now: Samples.at(0))
        #expect(after.actions.events == [.overrideRestored(after.controller.overrides.entries[0])])
        after.report(100, at: 2)
        #expect(!after.actions.asksTurn)
        after.pass(to: 538)
        #expect(after.controller.overrides.entries.count == 1)
        after.pass(to: 540)
        #expect(after.controller.overrides.entries.isEmpty)
        #expect(after.actions.contains { if case .persist = $0 { true } else { false } })
    }

    @Test func aPauseThatIsOverStaysOver() {
        var saved = SavedService()
        saved.orders.overrides = [SavedOverride(pause)]
        var hand = Hand()
        hand.actions = hand.controller.restore(
            saved, savedMs: 1_790_000_000_000, wallMs: 1_790_000_600_000, now: Samples.at(0))
        #expect(hand.actions.isEmpty)
        #expect(hand.controller.overrides.entries.isEmpty)
    }

    @Test func whatALaterVersionStoredIsKept() {
        var saved = SavedService()
        let floor = SavedOverride(
            kind: "later.kind", count: 5, reason: "evening", untilMs: 1_790_000_600_000)
        saved.orders.overrides = [floor]
        var hand = Hand()
        _ = hand.controller.restore(
            saved, savedMs: 1_790_000_000_000, wallMs: 1_790_000_000_000, now: Samples.at(0))
        #expect(hand.controller.saved(now: Samples.at(1)).orders.overrides == [floor])
    }

    @Test func theStabilizationWindowGoesOn() {
        var policy = Samples.policy
        policy.scaleIn.enabled = true
        var hand = Hand(policy)
        hand.report(200, at: 1)
        #expect(hand.write(over: 2, at: 1) == 10)
        let saved = hand.controller.saved(now: Samples.at(2))
        #expect(saved.memory.wanted.map(\.tasks) == [10])
        var after = Hand(policy)
        _ = after.controller.restore(
            saved, savedMs: 1_790_000_000_000, wallMs: 1_790_000_010_000, now: Samples.at(1))
        let again = after.controller.saved(now: Samples.at(1))
        #expect(again.memory.wanted == [.init(age: .seconds(11), tasks: 10)])
        #expect(again.memory.startSeconds.count >= saved.memory.startSeconds.count)
    }

    @Test func aClockSetBackMakesNothingYoungerThanItIs() {
        var saved = SavedService()
        saved.memory.wanted = [.init(age: .seconds(5), tasks: 10)]
        var hand = Hand()
        _ = hand.controller.restore(
            saved, savedMs: 1_790_000_000_000, wallMs: 1_780_000_000_000, now: Samples.at(1))
        #expect(hand.controller.saved(now: Samples.at(1)).memory.wanted[0].age == .seconds(5))
    }

    @Test func aHoldIsNotAnnouncedTwice() {
        var policy = Samples.policy
        policy.maxTasks = 2
        var hand = Hand(policy)
        for second in stride(from: 1.0, through: 70, by: 1) {
            hand.describe(2, at: second)
            hand.report(100, at: second)
            hand.pass(to: second)
        }
        #expect(hand.controller.announcedHolds == [.atMax])
        let saved = hand.controller.saved(now: Samples.at(70))
        #expect(saved.orders.holds.map(\.hold) == ["atMax"])
        var after = Hand(policy)
        _ = after.controller.restore(
            saved, savedMs: 1_790_000_070_000, wallMs: 1_790_000_071_000, now: Samples.at(0))
        // Nothing is known at first, which does not end it.
        var announcements = 0
        for second in stride(from: 1.0, through: 90, by: 1) {
            after.describe(2, at: second)
            after.report(second < 10 ? 1 : 100, at: second)
            after.pass(to: second)
            announcements += after.actions.announcements.count
        }
        #expect(announcements == 0)
        #expect(after.controller.announcedHolds == [.atMax])
        for second in stride(from: 91.0, through: 100, by: 1) {
            after.report(1, at: second)
            after.pass(to: second)
            announcements += after.actions.announcements.count
        }
        #expect(announcements == 1)
    }
}
