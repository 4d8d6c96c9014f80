import Scaling
import Testing
import Values

@testable import AggregatorCore

@Suite struct ServiceStateTests {
    private var policy = ScalingPolicy(
        minTasks: 1, maxTasks: 20, rule: .target([TargetMetric(metric: .busy, value: 40)]))
    private let start = Instant(nanoseconds: 1_000_000_000)

    init() {
        policy.sizing = .fixed(headroomPercent: 0)
    }

    private func counts(_ desired: Int) -> ServiceCounts {
        ServiceCounts(
            desiredCount: desired, runningCount: desired, pendingCount: 0,
            deploymentInProgress: false)
    }

    private func at(_ seconds: Double) -> Instant { start + .milliseconds(Int64(seconds * 1000)) }

    // The macros of Testing take no mutating calls.

    private func begin(_ state: inout ServiceState, _ now: Instant) -> WantedChange? {
        state.beginChange(now: now)
    }

    @discardableResult
    private func describe(
        _ state: inout ServiceState, _ counts: ServiceCounts, _ generation: Int, _ now: Instant
    ) -> ServiceState.Described {
        state.described(counts, generation: generation, now: now)
    }

    private func resume(
        _ state: inout ServiceState, _ direction: PauseDirection
    ) -> [ServicePause] {
        state.resume(direction)
    }

    private func miss(_ state: inout ServiceState) -> Bool {
        state.missing()
    }

    /// Two tasks run and are known.
    private func ready(_ policy: ScalingPolicy? = nil) -> ServiceState {
        var state = ServiceState(policy: policy ?? self.policy, now: start)
        #expect(describe(&state, counts(2), 0, start) == .found)
        return state
    }

    /// Each of the two tasks reports this many requests.
    @discardableResult
    private func report(
        _ busy: Int, to state: inout ServiceState, sequence: UInt64, now: Instant
    ) -> ServiceState.Effects {
        var effects = ServiceState.Effects()
        for task in 0..<2 {
            let report = Samples.report(task: task, sequence: sequence, busy: busy)
            effects = state.ingest(report, now: now).1
        }
        return effects
    }

    @Test func changesOnlyWhenTheCountChanges() {
        var state = ready()
        #expect(!report(40, to: &state, sequence: 1, now: at(1)).wakesActuator)
        #expect(begin(&state, at(1)) == nil)
        #expect(report(100, to: &state, sequence: 2, now: at(2)).wakesActuator)
        let change = begin(&state, at(2.5))
        #expect(change?.decision.from == 2)
        #expect(change?.decision.to == 5)
        #expect(change?.since == at(2))
        #expect(change?.sampledMs == 1_790_000_001_000)
    }

    @Test func waitsForECSBeforeItActs() {
        var state = ServiceState(policy: policy, now: start)
        #expect(!report(100, to: &state, sequence: 1, now: at(1)).wakesActuator)
        #expect(begin(&state, at(1)) == nil)
        #expect(state.lastDecision?.basis == .countsUnknown)
    }

    @Test func makesOneCallAtATimeAndThenTheNewest() throws {
        var state = ready()
        report(100, to: &state, sequence: 1, now: at(1))
        let first = try #require(begin(&state, at(1)))
        #expect(!report(200, to: &state, sequence: 2, now: at(1.1)).wakesActuator)
        #expect(!report(300, to: &state, sequence: 3, now: at(1.2)).wakesActuator)
        #expect(begin(&state, at(1.2)) == nil)
        state.accepted(first.decision, counts(5), now: at(1.3), wallMs: 7)
        #expect(state.lastChange == ServiceChange(decision: first.decision, wallMs: 7))
        // Of five tasks two report: below the quorum until the others came up.
        for task in 2..<5 {
            _ = state.ingest(Samples.report(task: task, sequence: 1, busy: 300), now: at(1.4))
        }
        let second = try #require(begin(&state, at(1.4)))
        #expect(second.decision.from == 5)
        #expect(second.decision.to == 20)
    }

    @Test func waitsLongerAfterEachFailure() throws {
        var state = ready()
        var now = at(1)
        for failures in 0..<10 {
            report(100, to: &state, sequence: UInt64(failures + 1), now: now)
            _ = try #require(begin(&state, now))
            state.failed("AccessDenied", now: now, jitter: 1)
            #expect(state.lastFailure == "AccessDenied")
            let wait = min(.seconds(1) * (1 << failures), AggregatorLimits.actBackoffMax)
            let justBefore = now + wait + .milliseconds(-1)
            report(100, to: &state, sequence: UInt64(failures + 1), now: justBefore)
            #expect(begin(&state, justBefore) == nil)
            now = now + wait
        }
        report(100, to: &state, sequence: 90, now: now)
        let change = try #require(begin(&state, now))
        state.accepted(change.decision, counts(5), now: now, wallMs: 0)
        #expect(state.lastFailure == nil)
    }

    @Test func adoptsWhatOthersChange() {
        var state = ready()
        report(40, to: &state, sequence: 1, now: at(1))
        #expect(describe(&state, counts(9), 0, at(2)) == .adopted(from: 2))
        #expect(state.counts?.desiredCount == 9)
        #expect(describe(&state, counts(9), 0, at(3)) == .asKnown)
    }

    /// Zone rebalancing, on in the stack, starts tasks in one zone before it stops others.
    @Test(arguments: [(4, 0), (3, 1), (2, 2), (2, 0)])
    func rebalancingZonesIsNobodysChange(running: Int, pending: Int) {
        var state = ready()
        report(20, to: &state, sequence: 1, now: at(1))
        let counts = ServiceCounts(
            desiredCount: 2, runningCount: running, pendingCount: pending,
            deploymentInProgress: false)
        #expect(describe(&state, counts, state.generation, at(9)) == .asKnown)
        #expect(begin(&state, at(9)) == nil)
    }

    @Test func doesNotTakeItsOwnChangeForAnothers() throws {
        var state = ready()
        let generation = state.generation
        report(100, to: &state, sequence: 1, now: at(1))
        let change = try #require(begin(&state, at(1)))
        #expect(describe(&state, counts(2), state.generation, at(1.1)) == .asKnown)
        state.accepted(change.decision, counts(5), now: at(1.2), wallMs: 0)
        // Asked before the change began, and answered after it ended.
        #expect(describe(&state, counts(2), generation, at(9)) == .asKnown)
        // ECS may answer with the old count for a moment.
        #expect(describe(&state, counts(2), state.generation, at(2)) == .asKnown)
        #expect(state.counts?.desiredCount == 5)
        #expect(
            describe(&state, counts(3), state.generation, at(9))
                == .adopted(from: 5))
    }

    @Test func leavesAMissingServiceAlone() {
        var state = ready()
        #expect(miss(&state))
        #expect(!miss(&state))
        #expect(!report(100, to: &state, sequence: 1, now: at(1)).wakesActuator)
        #expect(begin(&state, at(1)) == nil)
        #expect(describe(&state, counts(2), 0, at(2)) == .found)
        #expect(begin(&state, at(2)) != nil)
    }

    @Test func aDryRunTellsAndDoesNothing() {
        policyTest { policy in
            policy.dryRun = true
        } then: { state in
            let effects = report(100, to: &state, sequence: 1, now: at(1))
            #expect(!effects.wakesActuator)
            #expect(effects.news?.to == 5)
            #expect(begin(&state, at(1)) == nil)
            #expect(report(100, to: &state, sequence: 2, now: at(2)).news == nil)
            #expect(report(200, to: &state, sequence: 3, now: at(3)).news?.to == 10)
        }
    }

    @Test func aPauseHoldsUntilItIsOver() {
        var state = ready()
        state.pause(
            ServicePause(direction: .out, reason: "deploy", until: at(60), untilMs: 60_000))
        #expect(!report(100, to: &state, sequence: 1, now: at(1)).wakesActuator)
        #expect(begin(&state, at(1)) == nil)
        #expect(state.lastDecision?.reason.contains("scale-out is paused") == true)
        report(100, to: &state, sequence: 2, now: at(59))
        #expect(begin(&state, at(59)) == nil)
        let effects = state.tick(now: at(60))
        #expect(effects.resumed.map(\.reason) == ["deploy"])
        #expect(effects.wakesActuator)
        #expect(state.pauses.isEmpty)
    }

    @Test func aPauseOfScaleInDoesNotHoldScaleOut() {
        var state = ready()
        state.pause(ServicePause(direction: .in, reason: "x", until: at(60), untilMs: 0))
        #expect(report(100, to: &state, sequence: 1, now: at(1)).wakesActuator)
    }

    @Test func resumingEndsPausesThatTouchTheDirection() {
        var state = ready()
        for direction in [PauseDirection.out, .in] {
            state.pause(
                ServicePause(direction: direction, reason: "x", until: at(60), untilMs: 0))
        }
        state.pause(ServicePause(direction: .out, reason: "y", until: at(60), untilMs: 0))
        #expect(state.pauses.map(\.reason) == ["x", "y"])
        #expect(resume(&state, .in).map(\.direction) == [.in])
        #expect(resume(&state, .both).map(\.reason) == ["y"])
        #expect(state.scaler.policy.pause == .none)
    }

    @Test func neverLowersWithScaleInDisabled() {
        var state = ready()
        describe(&state, counts(10), 0, at(1))
        for task in 0..<10 {
            _ = state.ingest(Samples.report(task: task, sequence: 1, busy: 1), now: at(2))
        }
        #expect(state.lastDecision?.inputs.wanted == 1)
        #expect(begin(&state, at(1_000)) == nil)
    }

    private func policyTest(
        _ change: (inout ScalingPolicy) -> Void, then test: (inout ServiceState) -> Void
    ) {
        var policy = policy
        change(&policy)
        var state = ready(policy)
        test(&state)
    }
}
