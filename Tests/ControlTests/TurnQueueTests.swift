import Testing
import Values

@testable import Control

@Suite struct TurnQueueTests {
    @Test func whoLacksMostIsFirst() {
        var queue = TurnQueue(burst: 2, perSecond: 1, now: Samples.start)
        for service in 0..<3 { queue.ask(service) }
        queue.ask(1)
        let lacks = [0: 0.1, 1: 5.0, 2: -0.25]
        func next(_ seconds: Double) -> TurnQueue.Step {
            queue.next(now: Samples.at(seconds)) { lacks[$0] ?? 0 }
        }
        #expect(next(0) == .grant(1))
        #expect(next(0) == .grant(0))
        #expect(next(0) == .wait(.seconds(1)))
        #expect(next(1) == .grant(2))
        #expect(next(1) == .idle)
    }
}

@Suite struct TroubleLogTests {
    /// A call that fails every other second.
    @Test func aFlappingCallIsLoggedNowAndThen() {
        var log = TroubleLog()
        var lines = 0
        for second in 0..<1_000 {
            if second % 2 == 0 {
                if log.failed(code: "A\(second % 4)", now: Samples.at(Double(second))) != nil {
                    lines += 1
                }
            } else if log.answered(now: Samples.at(Double(second))) {
                lines += 1
            }
        }
        #expect((4...100).contains(lines))
    }

    @Test func saysHowOftenAndWhenItIsOver() {
        var log = TroubleLog()
        let first = log.failed(code: "A", now: Samples.at(0))
        #expect(first == 0)
        for second in 1..<300 {
            let next = log.failed(code: "A", now: Samples.at(Double(second)))
            #expect(next == nil)
        }
        let again = log.failed(code: "A", now: Samples.at(300))
        #expect(again == 299)
        let ends = [305.0, 310, 311].map { log.answered(now: Samples.at($0)) }
        #expect(ends == [false, true, false])
    }
}

@Suite struct DeploymentStateTests {
    private func state(_ deployments: [ServiceDescription.Deployment]) -> DeploymentState {
        var description = Samples.description(4)
        description.deployments = deployments
        return description.deploymentState
    }

    @Test func isSeenWhateverTheController() {
        #expect(state([]) == .none)
        #expect(state([.init(id: "a", isPrimary: true, rollout: .completed)]) == .none)
        #expect(state([.init(id: "a", isPrimary: true, rollout: .inProgress)]) == .inProgress)
        // Task sets, as CODE_DEPLOY and EXTERNAL have them, say nothing of a rollout.
        #expect(
            state([.init(id: "a", isPrimary: true), .init(id: "b", isPrimary: false)])
                == .inProgress)
        var bake = Samples.description(4)
        bake.revisionCount = 2
        #expect(bake.deploymentState == .inProgress)
    }

    @Test func aFailedOneThatStandsForbidsLoweringForADay() {
        let failed = state([
            .init(id: "b", isPrimary: true, rollout: .failed, updatedMs: 7),
            .init(id: "a", isPrimary: false, rollout: .completed),
        ])
        #expect(failed == .failed(sinceMs: 7))
        var watch = DeploymentWatch()
        watch.note(failed, now: Samples.at(0))
        #expect(watch.forbidsLowering(wallMs: nil, now: Samples.at(86_399)))
        #expect(!watch.forbidsLowering(wallMs: nil, now: Samples.at(86_400)))
        #expect(!watch.forbidsLowering(wallMs: 86_400_007, now: Samples.at(1)))
    }
}
