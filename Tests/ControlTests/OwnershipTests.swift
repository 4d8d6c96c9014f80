import Scaling
import Testing
import Values

@testable import Control

/// What a controller does next to another aggregator.
@Suite struct OwnershipTests {
    private static var policy: ScalingPolicy {
        var policy = Samples.policy
        policy.scaleIn.enabled = true
        policy.scaleIn.stabilization = .zero
        policy.scaleIn.afterRestart = .zero
        policy.data.warmUp = .zero
        return policy
    }

    private func hand(_ standing: Standing, headroom: Double = 0) -> Hand {
        var policy = Self.policy
        policy.sizing = .fixed(headroomPercent: headroom)
        var hand = Hand(policy)
        hand.actions = hand.controller.stands(standing, now: Samples.at(0.5))
        return hand
    }

    @Test func theOwnerRaisesAtOnce() {
        var hand = hand(.owner(until: Samples.at(100)))
        hand.report(100, at: 1)
        #expect(hand.actions.asksTurn)
    }

    @Test func theSecondWaitsLooksAndRaisesOnlyWhatIsStillMissing() {
        var hand = hand(.second(ownerLives: true))
        hand.report(100, at: 1)
        #expect(!hand.actions.asksTurn)
        #expect(hand.actions.wakes == .milliseconds(300))
        hand.wake(at: 1.2)
        #expect(hand.actions.wakes == .milliseconds(100))
        hand.wake(at: 1.3)
        #expect(hand.actions.asksTurn)
        // A look from before the wait's end does not count, however fresh.
        hand.describe(2, asked: 1.25, at: 1.3)
        hand.turn(at: 1.3)
        #expect(hand.actions.looks)
        hand.describe(2, asked: 1.28, at: 1.31)
        #expect(hand.actions.order == nil)
        hand.describe(2, asked: 1.3, at: 1.35)
        #expect(hand.actions.order?.to == 5)
    }

    @Test func theSecondDoesNothingWhenTheOwnerActed() {
        var hand = hand(.second(ownerLives: true))
        hand.report(100, at: 1)
        hand.wake(at: 1.3)
        hand.turn(at: 1.3)
        hand.describe(5, asked: 1.3, at: 1.35)
        #expect(hand.actions.order == nil)
        #expect(hand.controller.activity == .idle)
        #expect(hand.controller.changes.partner == 1)
        #expect(hand.controller.changes.foreign == 0)
    }

    @Test func theSecondHasNoForecastOfItsOwnWhileTheOwnerLives() {
        for (lives, count) in [(true, 5), (false, 10)] {
            var hand = hand(.second(ownerLives: lives), headroom: 100)
            hand.report(100, at: 1)
            #expect(hand.controller.lastDecision?.to == count)
            #expect(hand.controller.lastDecision?.constraints.contains(.second) == lives)
        }
        // The bounds are no forecast.
        var policy = Self.policy
        policy.minTasks = 8
        var hand = Hand(policy)
        _ = hand.controller.stands(.second(ownerLives: true), now: Samples.at(0.5))
        hand.report(100, at: 1)
        #expect(hand.controller.lastDecision?.to == 8)
    }

    @Test func theSecondNeverWritesWithoutALook() {
        var hand = hand(.second(ownerLives: false))
        hand.report(100, at: 1)
        hand.wake(at: 1.3)
        hand.turn(at: 1.3)
        hand.failFreshLook(.timedOut, at: 2)
        #expect(hand.actions.order == nil)
        hand.report(100, at: 3)
        hand.turn(at: 3)
        #expect(hand.actions.looks)
    }

    @Test func onlyWhoHoldsTheLeaseLowers() {
        for standing in [Standing.former, .second(ownerLives: true), .second(ownerLives: false)] {
            var hand = hand(standing)
            hand.report(1, at: 10)
            #expect(!hand.actions.asksTurn)
            #expect(hand.controller.lastDecision?.constraints.contains(.noLease) == true)
            hand.report(200, at: 11)
            #expect(hand.controller.lastDecision?.kind == .scaleOut)
        }
        var hand = hand(.owner(until: Samples.at(100)))
        hand.report(1, at: 10)
        #expect(hand.actions.asksTurn)
    }

    @Test func aLoweringIsNotBegunThatCouldOutlastTheLease() {
        var hand = hand(.owner(until: Samples.at(13)))
        hand.report(1, at: 10)
        #expect(hand.write(over: 2, at: 10) == 1)
        guard let order = hand.actions.order else { return }
        let latest = Samples.at(13) + (.zero - ControlLimits.writeWithin)
        #expect(hand.controller.mayBegin(order, now: Samples.at(11)) == CallStart(before: latest))
        // It was stopped meanwhile.
        #expect(hand.controller.mayBegin(order, now: latest) == nil)
        #expect(hand.controller.mayBegin(order, now: Samples.at(60)) == nil)
        hand.fail(.notSent, at: 60)
        hand.report(1, at: 61)
        #expect(!hand.actions.asksTurn)
    }

    @Test func aRaiseMayBeginWhateverBecameOfTheLease() {
        var hand = hand(.owner(until: Samples.at(3)))
        hand.report(100, at: 2)
        #expect(hand.write(over: 2, at: 2) == 5)
        guard let order = hand.actions.order else { return }
        #expect(hand.controller.mayBegin(order, now: Samples.at(60)) == CallStart(before: nil))
    }

    @Test func whoBecomesTheOwnerActsAtOnce() {
        var hand = hand(.second(ownerLives: true))
        hand.report(100, at: 1)
        hand.actions = hand.controller.stands(
            .owner(until: Samples.at(100)), now: Samples.at(1.1))
        #expect(hand.actions.asksTurn)
    }

    @Test func theOwnersLoweringIsNotSomebodyElses() {
        var hand = hand(.second(ownerLives: true))
        for round in 0..<1 {
            let at = Double(round) * 60 + 1
            hand.report(100, at: at)
            hand.wake(at: at + 0.35)
            guard hand.write(over: 2, at: at + 0.35) == 5 else {
                Issue.record("round \(round): \(hand.actions)")
                return
            }
            hand.accept(5, at: at + 0.4)
            hand.describe(5, at: at + 1)
            for second in stride(from: 5.0, to: 60, by: 1) {
                // The owner lowers it again, as it may.
                if second == 40 { hand.describe(2, at: at + second) }
                hand.report(30, at: at + second)
                hand.pass(to: at + second)
            }
        }
        #expect(hand.controller.changes.partner == 1)
        #expect(hand.controller.changes.foreign == 0)
        #expect(hand.controller.announcedHolds.isEmpty)
    }

    @Test func anotherAggregatorsOrdersAreTakenOverWhenTheyAreNewer() {
        var first = hand(.owner(until: Samples.at(1_000)))
        let pause = ServiceOverride(
            .pause(.both), reason: "deployment", until: Samples.at(600),
            untilMs: 1_790_000_600_000)
        _ = first.controller.override(pause, now: Samples.at(0.9))
        let orders = first.controller.saved(now: Samples.at(1)).orders
        var second = hand(.second(ownerLives: true))
        second.adopt(orders, at: 1)
        #expect(second.controller.overrides.entries.map(\.reason) == ["deployment"])
        second.adopt(orders, at: 2)
        #expect(second.actions.isEmpty)
        _ = first.controller.resume(.both, now: Samples.at(3))
        second.adopt(first.controller.saved(now: Samples.at(4)).orders, at: 5)
        #expect(second.controller.overrides.entries.isEmpty)
        // An older state changes nothing.
        second.adopt(orders, at: 6)
        #expect(second.controller.overrides.entries.isEmpty)
    }
}

extension Hand {
    fileprivate mutating func wake(at seconds: Double) {
        actions = controller.woke(now: Samples.at(seconds))
    }

    fileprivate mutating func adopt(_ orders: SavedOrders, at seconds: Double) {
        actions = controller.adopt(
            orders, wallMs: 1_790_000_000_000 + Int64(seconds * 1000), now: Samples.at(seconds))
    }
}

extension [ControlAction] {
    fileprivate var wakes: Duration? {
        for case .wake(let span) in self { return span }
        return nil
    }
}
