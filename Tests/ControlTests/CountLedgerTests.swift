import Scaling
import Testing
import Values

@testable import Control

/// Who changed the count: us, somebody else, or nobody, as the answer was old.
@Suite struct CountLedgerTests {
    /// We wrote 5 over 2 at 1 s.
    private func raised() -> Hand {
        var hand = Hand()
        hand.report(100, at: 1)
        #expect(hand.write(over: 2, at: 1) == 5)
        hand.accept(5, at: 1.1)
        return hand
    }

    @Test(arguments: [2.0, 15, 30, 120, 290])
    func aStaleAnswerIsNobodysChange(seconds: Double) {
        var hand = raised()
        for second in stride(from: 2, through: seconds, by: 1) {
            hand.report(40, tasks: 5, at: second)
            hand.describe(2, at: second)
            #expect(hand.actions.isEmpty, "at \(second) s")
            #expect(hand.controller.counts?.desiredCount == 5)
        }
        hand.describe(5, at: seconds + 1)
        #expect(hand.actions.adopted == [])
        #expect(hand.controller.changes.foreign == 0)
    }

    @Test func anAnswerThatWasAskedForBeforeOurWriteSaysNothing() {
        var hand = raised()
        hand.describe(5, at: 2)
        hand.describe(2, asked: 0.9, at: 50)
        hand.describe(3, asked: 0.9, at: 50)
        #expect(hand.controller.counts?.desiredCount == 5)
    }

    @Test func anotherCountIsSomebodyElsesAtOnce() {
        var hand = raised()
        hand.describe(9, at: 1.5)
        #expect(hand.actions.adopted == [9])
        #expect(hand.controller.counts?.desiredCount == 9)
        hand.describe(9, at: 2.5)
        #expect(hand.actions.adopted == [])
    }

    @Test func aResetLongAfterIsSomebodyElsesAtOnce() {
        var hand = raised()
        for second in 2..<40 { hand.describe(5, at: Double(second)) }
        hand.describe(2, at: 40)
        #expect(hand.actions.adopted == [2])
    }

    @Test func aResetSoonAfterIsSeenInSeconds() {
        var hand = raised()
        hand.describe(5, at: 2)
        var adoptedAt: Int?
        for second in 3..<20 where adoptedAt == nil {
            hand.describe(2, at: Double(second))
            if hand.actions.adopted == [2] { adoptedAt = second }
        }
        #expect(adoptedAt == 8)
    }

    @Test func aResetThatIsNeverConfirmedIsSeenWithinAWSsPatience() {
        var hand = raised()
        hand.describe(2, at: 300)
        #expect(hand.actions.adopted == [])
        hand.describe(2, at: 301.2)
        #expect(hand.actions.adopted == [2])
    }

    @Test func timesOfAWSSayAtOnceWhetherAnAnswerIsOld() {
        var hand = Hand()
        hand.report(100, at: 1)
        _ = hand.write(over: 2, at: 1)
        hand.actions = hand.controller.accepted(
            Samples.description(5, newestMs: 1_000), now: Samples.at(1.1))
        hand.describe(Samples.description(5, newestMs: 1_000), at: 2)
        hand.describe(Samples.description(2, newestMs: 900), at: 60)
        #expect(hand.actions.adopted == [])
        hand.describe(Samples.description(2, newestMs: 1_100), at: 61)
        #expect(hand.actions.adopted == [2])
    }

    @Test func aDeploymentThatResetsTheCountIsSeenAtOnce() {
        var hand = Hand()
        var before = Samples.description(2)
        before.deployments = [.init(id: "ecs-svc/1", isPrimary: true, rollout: .completed)]
        hand.describe(before, at: 0.5)
        hand.report(100, at: 1)
        _ = hand.write(over: 2, at: 1)
        var after = before
        after.desiredCount = 5
        hand.actions = hand.controller.accepted(after, now: Samples.at(1.1))
        var reset = before
        reset.runningCount = 5
        reset.deployments = [
            .init(id: "ecs-svc/2", isPrimary: true, rollout: .inProgress),
            .init(id: "ecs-svc/1", isPrimary: false, rollout: .completed),
        ]
        hand.report(40, tasks: 5, at: 2)
        hand.describe(reset, at: 2)
        #expect(hand.actions.adopted == [2])
        guard case .adopted(_, _, let who) = hand.actions.events.first else { return }
        #expect(who.contains("deployment"))
        // And back at once, as the load still asks for it.
        #expect(hand.actions.asksTurn)
    }

    /// Zone rebalancing, on in the stack, starts tasks in one zone before it stops others.
    @Test(arguments: [(4, 0), (3, 1), (2, 2), (2, 0)])
    func rebalancingZonesIsNobodysChange(running: Int, pending: Int) {
        var hand = Hand()
        hand.report(20, at: 1)
        var description = Samples.description(2, running: running)
        description.pendingCount = pending
        hand.describe(description, at: 9)
        #expect(hand.actions.adopted == [])
        #expect(!hand.actions.asksTurn)
    }

    // MARK: Calls without an answer

    @Test func aLostCallThatActedIsOursAndAnnouncedOnce() {
        var hand = Hand()
        hand.report(100, at: 1)
        #expect(hand.write(over: 2, at: 1) == 5)
        hand.fail(.timedOut, at: 2.2)
        #expect(hand.actions.announcements.isEmpty)
        hand.describe(5, at: 2.3)
        #expect(hand.actions.announcements.count == 1)
        #expect(hand.actions.adopted == [])
        #expect(hand.controller.changes.out == 1)
        hand.report(40, tasks: 5, at: 3)
        hand.describe(5, at: 3)
        hand.describe(2, at: 4)
        #expect(hand.actions.isEmpty)
    }

    @Test func aLostCallThatDidNotActIsDecidedAgainWithin2Seconds() {
        var hand = Hand()
        hand.report(100, at: 1)
        #expect(hand.write(over: 2, at: 1) == 5)
        hand.fail(.timedOut, at: 1 + ControlLimits.writeWithin.inSeconds)
        hand.report(240, at: 2.4)
        #expect(hand.actions.asksTurn)
        #expect(hand.write(over: 2, at: 2.4) == 12)
    }

    @Test func nothingBelowALostCallIsWritten() {
        var hand = Hand()
        hand.report(240, at: 1)
        #expect(hand.write(over: 2, at: 1) == 12)
        hand.fail(.timedOut, at: 2.2)
        // The load fell, and the look is old: ECS may have 12.
        hand.report(100, at: 3)
        #expect(hand.write(over: 2, at: 3) == 12)
    }

    @Test func whatSomebodySetsDuringOurCallIsNotLost() {
        var hand = Hand()
        hand.report(240, at: 1)
        #expect(hand.write(over: 2, at: 1) == 12)
        hand.fail(.timedOut, at: 2.2)
        hand.describe(18, at: 2.3)
        #expect(hand.actions.adopted == [18])
        // Our call is done late, over theirs.
        hand.describe(12, at: 5)
        #expect(hand.actions.adopted == [])
        #expect(hand.actions.asksTurn)
        #expect(hand.write(over: 12, at: 5) == 18)
        hand.accept(18, at: 5.1)
        hand.report(10, tasks: 18, at: 6)
        #expect(!hand.actions.asksTurn)
    }

    @Test func neverBelowWhatAPersonSet() {
        var hand = Hand()
        hand.report(100, at: 1)
        hand.turn(at: 1)
        // 50 since the last look; we wanted 5.
        hand.describe(50, at: 1.1)
        #expect(hand.actions.order == nil)
        #expect(hand.actions.adopted == [50])
        #expect(hand.controller.counts?.desiredCount == 50)
    }
}
