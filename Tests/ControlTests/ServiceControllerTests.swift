import Scaling
import Telemetry
import Testing
import Values

@testable import Control

/// Every edge of the drawn state machine.
@Suite struct ServiceControllerTests {
    @Test func asksForATurnOnlyWhenTheCountChanges() {
        var hand = Hand()
        hand.report(40, at: 1)
        #expect(!hand.actions.asksTurn)
        hand.report(100, at: 2)
        #expect(hand.actions.asksTurn)
        #expect(hand.controller.activity == .queued)
        hand.report(100, at: 2.1)
        #expect(!hand.actions.asksTurn)
    }

    @Test func looksBeforeItWritesAndDecidesAgain() {
        var hand = Hand()
        hand.report(100, at: 2)
        hand.turn(at: 2.1)
        #expect(hand.actions.looks)
        #expect(hand.actions.order == nil)
        // More load came while ECS was looked at.
        hand.report(200, at: 2.2)
        hand.describe(2, asked: 2.1, at: 2.3)
        let order = hand.actions.order
        #expect(order?.decision.from == 2)
        #expect(order?.to == 10)
        #expect(order?.since == Samples.at(2))
        #expect(order?.sampledMs == 1_790_000_001_000)
    }

    @Test func callsBeforeItLogs() {
        var hand = Hand()
        hand.report(100, at: 2)
        hand.turn(at: 2)
        hand.describe(2, at: 2)
        guard case .update = hand.actions.first else {
            Issue.record("the first of \(hand.actions)")
            return
        }
        #expect(hand.actions.events.contains { if case .decided = $0 { true } else { false } })
    }

    @Test func aFreshLookServesSeveralWrites() {
        var hand = Hand()
        hand.report(100, at: 2)
        hand.describe(2, at: 2)
        hand.turn(at: 2.25)
        #expect(hand.actions.order?.to == 5)
        // The answer is as old as the call.
        hand.accept(5, at: 3)
        hand.report(100, tasks: 5, at: 3)
        hand.turn(at: 3)
        #expect(hand.actions.looks)
    }

    @Test func waitsForECSBeforeItActs() {
        var controller = ServiceController(
            policy: Samples.policy, period: .seconds(5), now: Samples.start)
        let report = Samples.report(task: 0, sequence: 1, busy: 100)
        #expect(!controller.ingest(report, now: Samples.at(1)).1.asksTurn)
        #expect(controller.lastDecision?.basis == .countsUnknown)
    }

    @Test func writesNothingWhenNothingIsWantedAnyMore() {
        var hand = Hand()
        hand.report(100, at: 2)
        hand.report(40, at: 2.1)
        hand.turn(at: 2.2)
        #expect(hand.actions.isEmpty)
        #expect(hand.controller.activity == .idle)
        hand.report(100, at: 3)
        hand.turn(at: 3)
        #expect(hand.actions.looks)
        // Somebody else has done it meanwhile.
        hand.describe(5, at: 3.1)
        #expect(hand.actions.order == nil)
        #expect(hand.actions.adopted == [5])
        #expect(hand.controller.activity == .idle)
    }

    @Test func makesOneCallAtATimeAndThenTheNewest() {
        var hand = Hand()
        hand.report(100, at: 1)
        #expect(hand.write(over: 2, at: 1) == 5)
        hand.report(200, at: 1.1)
        #expect(!hand.actions.asksTurn)
        hand.turn(at: 1.1)
        #expect(hand.actions.isEmpty)
        hand.accept(5, at: 1.2)
        #expect(hand.actions.announcements.count == 1)
        #expect(hand.controller.lastChange?.decision.to == 5)
        // Of five tasks two report: below the quorum until the others came up.
        hand.report(100, tasks: 5, at: 1.4)
        hand.report(100, tasks: 5, at: 2.4)
        let written = hand.write(over: 5, at: 2.4) ?? 0
        #expect(written > 5)
    }

    // MARK: Looks that fail

    @Test func aRaiseGoesOnFromWhatWasLastSeen() {
        var hand = Hand()
        hand.report(100, at: 2)
        hand.turn(at: 2)
        hand.failFreshLook(.timedOut, at: 2.7)
        #expect(hand.actions.order?.to == 5)
        hand.accept(5, at: 2.8)
        // Soon after, without a look: it would fail too.
        hand.report(100, tasks: 5, at: 3.5)
        hand.turn(at: 3.5)
        #expect(!hand.actions.looks)
        #expect(hand.actions.order?.to == 13)
    }

    @Test func ourOwnBudgetsWaitIsNoFailureOfECS() {
        var hand = Hand()
        hand.report(100, at: 2)
        hand.turn(at: 2)
        hand.failFreshLook(.notSent, at: 2.1)
        #expect(hand.actions.order?.to == 5)
        hand.fail(.notSent, at: 2.2)
        #expect(hand.controller.changes.failed == 0)
        #expect(hand.controller.lastFailure == nil)
        #expect(hand.actions.events.isEmpty)
        hand.report(100, at: 2.5)
        #expect(hand.actions.asksTurn)
    }

    @Test func aLoweringWaitsForALook() {
        var policy = Samples.policy
        policy.scaleIn.enabled = true
        policy.scaleIn.stabilization = .zero
        policy.scaleIn.afterRestart = .zero
        var hand = Hand(policy, desired: 4)
        hand.report(40, tasks: 4, at: 100)
        hand.describe(4, at: 200)
        hand.report(10, tasks: 4, at: 200.5)
        #expect(hand.actions.asksTurn)
        hand.turn(at: 200.6)
        #expect(hand.actions.looks)
        hand.failFreshLook(.timedOut, at: 201.3)
        #expect(hand.actions.order == nil)
        guard case .waiting = hand.controller.activity else {
            Issue.record("\(hand.controller.activity)")
            return
        }
    }

    // MARK: Writes that fail

    @Test func whatIsThrottledIsDecidedAgain() {
        var hand = Hand()
        hand.report(100, at: 1)
        #expect(hand.write(over: 2, at: 1) == 5)
        hand.fail(.throttled, at: 1.1)
        hand.report(300, at: 1.3)
        #expect(!hand.actions.asksTurn)
        hand.report(300, at: 1.35)
        #expect(hand.actions.asksTurn)
        #expect(hand.write(over: 2, at: 1.4) == 15)
    }

    @Test func aPauseStopsWhatWasThrottled() {
        var hand = Hand()
        hand.report(100, at: 1)
        #expect(hand.write(over: 2, at: 1) == 5)
        hand.fail(.throttled, at: 1.1)
        hand.override(.pause(.out), until: 90, at: 1.1)
        hand.report(100, at: 2)
        #expect(!hand.actions.asksTurn)
        #expect(hand.controller.lastDecision?.reason.contains("scale-out is paused") == true)
    }

    @Test func waitsStayShort() {
        var backoff = CallBackoff()
        for _ in 0..<100 {
            #expect(backoff.failed(.down, jitter: 1) <= ControlLimits.retryMax)
        }
        backoff.succeeded()
        #expect(backoff.failed(.down, jitter: 1) == ControlLimits.retryMin)
        #expect(backoff.failed(.denied, jitter: 0) >= ControlLimits.lastingRetryMin / 2)
    }

    @Test func anyGoodAnswerEndsAnOutagesWait() {
        for ends in 0..<2 {
            var hand = Hand()
            for attempt in 0..<8 {
                let now = 1 + 5 * Double(attempt)
                hand.report(100, at: now)
                #expect(hand.write(over: 2, at: now) == 5)
                hand.fail(.down, at: now + 0.1)
            }
            if ends == 0 {
                hand.describe(2, at: 36.3)
            } else {
                hand.actions = hand.controller.ecsAnswered(now: Samples.at(36.3))
            }
            #expect(hand.actions.asksTurn)
        }
    }

    @Test func aGoodLookDoesNotEndTheWaitOfWhatWillNotPass() {
        var hand = Hand()
        var lines = 0
        for second in 1..<1_200 {
            hand.report(100, at: Double(second))
            guard hand.actions.asksTurn else { continue }
            #expect(hand.write(over: 2, at: Double(second)) == 5)
            hand.fail(.denied, at: Double(second) + 0.1)
            lines += hand.actions.events.count
        }
        #expect(hand.controller.changes.failed < 12)
        #expect(lines <= 5)
    }

    // MARK: Pauses, missing, dry

    @Test func leavesAMissingServiceAlone() {
        var hand = Hand()
        hand.describe(nil, at: 1)
        #expect(hand.actions.events == [.missing(status: "MISSING")])
        hand.describe(nil, at: 2)
        #expect(hand.actions.events == [])
        hand.report(100, at: 3)
        #expect(!hand.actions.asksTurn)
        hand.describe(2, at: 4)
        #expect(hand.actions.asksTurn)
        var gone = Samples.description(2)
        gone.scalability = .gone(status: "DRAINING")
        hand.describe(gone, at: 5)
        #expect(hand.actions.events == [.missing(status: "DRAINING")])
    }

    @Test func asksADaemonForNothingAndSaysItOnce() {
        var hand = Hand()
        var daemon = Samples.description(2)
        daemon.scalability = .daemon
        var announced = 0
        for second in 1..<600 {
            hand.describe(daemon, at: Double(second))
            hand.report(100, at: Double(second))
            #expect(!hand.actions.asksTurn)
            hand.pass(to: Double(second))
            announced += hand.actions.announcements.count
        }
        #expect(announced == 1)
        #expect(hand.controller.announcedHolds.contains(.daemon))
    }

    @Test func zeroThatSomebodySetStaysZeroAndIsSaidOnce() {
        var hand = Hand()
        hand.describe(0, at: 1)
        #expect(hand.actions.adopted == [0])
        var announced = 0
        for second in 2..<600 {
            hand.describe(0, at: Double(second))
            hand.report(100, at: Double(second))
            #expect(!hand.actions.asksTurn)
            hand.pass(to: Double(second))
            announced += hand.actions.announcements.count
        }
        #expect(announced == 1)
        #expect(hand.controller.announcedHolds == [.switchedOff])
        hand.describe(2, at: 601)
        hand.report(100, at: 602)
        #expect(hand.controller.activity == .queued)
        hand.pass(to: 602)
        #expect(hand.controller.announcedHolds == [])
    }

    @Test func aDryRunSaysAndDoesNothing() {
        var policy = Samples.policy
        policy.dryRun = true
        var hand = Hand(policy)
        hand.report(100, at: 1)
        #expect(!hand.actions.asksTurn)
        guard case .dryRun(let decision) = hand.actions.events.last else {
            Issue.record("\(hand.actions)")
            return
        }
        #expect(decision.to == 5)
        hand.report(100, at: 2)
        #expect(hand.actions.events.isEmpty)
    }
}
