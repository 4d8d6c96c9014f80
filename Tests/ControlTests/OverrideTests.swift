import Scaling
import Testing
import Values

@testable import Control

/// What operators set holds, ends by itself, and is said once.
@Suite struct OverrideTests {
    private var lowering: ScalingPolicy {
        var policy = Samples.policy
        policy.scaleIn.enabled = true
        policy.scaleIn.stabilization = .zero
        policy.scaleIn.afterRestart = .zero
        policy.scaleIn.limit = ChangeLimit()
        return policy
    }

    private func kinds(_ actions: [ControlAction]) -> [String] {
        actions.events.compactMap { event in
            switch event {
            case .overridden(let override): "+\(override.words)"
            case .overrideEnded(let override): "-\(override.words)"
            default: nil
            }
        }
    }

    @Test func aPauseHoldsUntilItIsOver() {
        var hand = Hand()
        hand.override(.pause(.out), until: 60, at: 0)
        #expect(kinds(hand.actions) == ["+scale-out paused"])
        hand.report(100, at: 59)
        #expect(!hand.actions.asksTurn)
        hand.pass(to: 60)
        #expect(kinds(hand.actions) == ["-scale-out paused"])
        #expect(hand.actions.announcements.count == 1)
        #expect(hand.actions.asksTurn)
        #expect(hand.controller.overrides.entries.isEmpty)
    }

    @Test func resumingEndsPausesThatTouchTheDirection() {
        var hand = Hand()
        for (direction, reason) in [(PauseDirection.out, "x"), (.in, "x"), (.out, "y")] {
            hand.override(.pause(direction), reason: reason, until: 60, at: 0)
        }
        #expect(hand.controller.overrides.pauses.map(\.reason) == ["x", "y"])
        _ = hand.controller.resume(.in, now: Samples.at(1))
        #expect(hand.controller.overrides.pauses.map(\.direction) == [.out])
        _ = hand.controller.resume(.both, now: Samples.at(1))
        #expect(hand.controller.scaler.policy.pause == .none)
    }

    @Test func aFloorRaisesAtOnceAndHoldsTheCount() {
        var hand = Hand(lowering)
        hand.report(40, at: 1)
        hand.override(.floor(12), until: 100, at: 2)
        #expect(hand.actions.asksTurn)
        #expect(hand.write(over: 2, at: 2) == 12)
        hand.accept(12, at: 2.1)
        #expect(hand.controller.lastDecision?.reason.contains("an operator's floor") == true)
        for second in stride(from: 3.0, to: 99, by: 4) {
            hand.describe(12, at: second)
            hand.report(1, tasks: 12, at: second)
            #expect(!hand.actions.asksTurn)
        }
        hand.describe(12, at: 99)
        hand.report(1, tasks: 12, at: 99)
        hand.pass(to: 100)
        #expect(kinds(hand.actions) == ["-floor 12"])
        #expect(hand.actions.asksTurn)
    }

    @Test func aCeilingIsAboveMaxOrBelow() {
        var hand = Hand(lowering)
        hand.report(2_000, at: 1)
        #expect(hand.controller.lastDecision?.to == 20)
        hand.override(.ceiling(30), until: 100, at: 1)
        hand.report(2_000, at: 1.1)
        #expect(hand.controller.lastDecision?.to == 30)
        hand.override(.ceiling(3), until: 100, at: 1.2)
        hand.report(2_000, at: 1.3)
        #expect(hand.controller.lastDecision?.to == 3)
        #expect(hand.controller.overrides.entries.count == 1)
        _ = hand.controller.lift(.ceiling, now: Samples.at(1.4))
        #expect(hand.controller.lastDecision?.to == 20)
    }

    @Test func aCeilingLowersOnlyWhereLoweringIsAllowed() {
        var hand = Hand(Samples.policy, desired: 8)
        hand.report(40, tasks: 8, at: 1)
        hand.override(.ceiling(4), until: 100, at: 1)
        #expect(!hand.actions.asksTurn)
        #expect(hand.controller.lastDecision?.to == 8)
    }

    @Test func whatContradictsIsRefusedWithTheWayOut() {
        var policy = Samples.policy
        policy.minTasks = 2
        var hand = Hand(policy)
        #expect(
            hand.override(.floor(50), until: 100, at: 1)?.reason
                == "floor 50 is above max 20: first set a ceiling of 50")
        #expect(
            hand.override(.ceiling(1), until: 100, at: 1)?.reason == "ceiling 1 is below min 2")
        #expect(hand.override(.floor(0), until: 100, at: 1)?.reason.contains("1 to 5000") == true)
        #expect(hand.controller.overrides.entries.isEmpty)
        #expect(hand.override(.ceiling(60), until: 100, at: 1) == nil)
        #expect(hand.override(.floor(50), until: 100, at: 1) == nil)
        #expect(
            hand.override(.ceiling(40), until: 100, at: 1)?.reason
                == "ceiling 40 is below the floor 50")
    }

    @Test func theFloorHoldsWhereTheCeilingEndsFirst() {
        var hand = Hand()
        hand.override(.ceiling(60), until: 10, at: 0)
        hand.override(.floor(50), until: 100, at: 0)
        hand.pass(to: 11)
        #expect(hand.controller.lastDecision?.to == 50)
    }

    @Test func zeroThatSomebodySetStaysUnderAFloor() {
        var hand = Hand()
        hand.override(.floor(5), until: 1_000, at: 0)
        hand.describe(0, at: 1)
        hand.report(100, at: 2)
        #expect(hand.controller.lastDecision?.to == 0)
    }

    @Test func aDryRunIsSwitchedOnAndOffForAWhile() {
        var hand = Hand()
        hand.override(.dryRun(true), until: 10, at: 0)
        hand.report(100, at: 8)
        #expect(!hand.actions.asksTurn)
        hand.pass(to: 10)
        #expect(hand.actions.asksTurn)
        var policy = Samples.policy
        policy.dryRun = true
        hand = Hand(policy)
        hand.override(.dryRun(false), until: 10, at: 0)
        hand.report(100, at: 1)
        #expect(hand.actions.asksTurn)
    }

    @Test func allOfThemHoldAgainAfterARestartUnlessTheyAreOver() {
        var hand = Hand()
        hand.pass(to: 1)
        hand.override(.pause(.in), until: 3, at: 1)
        for setting: ServiceOverride.Setting in [
            .ceiling(60), .floor(50), .dryRun(true), .pause(.out),
        ] {
            hand.override(setting, until: 100, at: 1)
        }
        let saved = hand.controller.saved(now: Samples.at(2)).orders
        var after = Hand()
        _ = after.controller.restore(
            saved, wallMs: 1_790_000_000_000 + 4_000, now: Samples.at(0))
        #expect(
            after.controller.overrides.entries.map(\.setting)
                == [.ceiling(60), .floor(50), .dryRun(true), .pause(.out)])
        #expect(after.controller.isDryRun)
        #expect(after.controller.scaler.policy.floor == 50)
    }

    // MARK: Another configuration

    @Test func anotherMaximumHoldsAtOnceAndWhatWasLearntStays() {
        var hand = Hand()
        hand.report(2_000, at: 1)
        #expect(hand.controller.lastDecision?.to == 20)
        var policy = Samples.policy
        policy.maxTasks = 40
        hand.actions = hand.controller.configure(policy, now: Samples.at(1.1))
        #expect(hand.controller.lastDecision?.to == 40)
        #expect(hand.controller.lastDecision?.inputs.tasksLive == 2)
    }

    @Test func anotherRuleBeginsAgainAndLowersNothingAtFirst() {
        var hand = Hand(lowering, desired: 8)
        hand.report(40, tasks: 8, at: 1)
        hand.override(.floor(3), until: 500, at: 1)
        var policy = lowering
        policy.rule = .target([TargetMetric(metric: .busy, value: 400)])
        policy.scaleIn.afterRestart = .seconds(120)
        hand.actions = hand.controller.configure(policy, now: Samples.at(2))
        hand.describe(8, at: 2)
        hand.report(40, tasks: 8, at: 3)
        #expect(hand.controller.lastDecision?.to == 8)
        #expect(hand.controller.lastDecision?.inputs.target == 400)
        #expect(hand.controller.overrides.floor == 3)
        hand.describe(8, at: 130)
        hand.report(40, tasks: 8, at: 130)
        #expect(hand.controller.lastDecision?.to == 3)
    }
}
