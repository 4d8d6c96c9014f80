import Control
import Scaling
import Testing

@testable import World

@Suite struct WorldTests {
    @Test func theSameSeedGivesTheSameHistory() {
        var (one, two) = (
            World(Script(seed: 7, seconds: 7_200)), World(Script(seed: 7, seconds: 7_200))
        )
        #expect(one.run() == two.run())
        #expect(one.diary == two.diary)
    }

    @Test(arguments: 1...8)
    func aQuietServiceViolatesNothing(seed: UInt64) {
        var world = World(Script(seed: seed, seconds: 3_600, incidents: false))
        #expect(world.run() == nil, "seed \(seed): \(world.diary)")
    }

    @Test func theJudgeSeesALoweringThatIsForbidden() {
        var script = Script(seed: 1)
        script.policy.scaleIn.enabled = false
        var judge = Judge(script)
        let truth = Judge.Truth(
            second: 1_000, desired: 9, running: 9, work: 2, knowable: 2, busyWork: 2,
            silentShare: 0,
            isDeploying: false, reportsCome: true, writesWork: true)
        judge.wrote(8, truth, [])
        #expect(judge.violation?.rule == "lowered with scale-in off")
    }

    @Test func aRollingDeploymentReplacesEveryTask() {
        var ecs = ECSModel(desired: 4, dice: Dice(seed: 3))
        ecs.deploy(.rolling, isBad: false, rollsBack: true, bake: 0)
        for second in 1...1_200 {
            ecs.advance(to: Double(second), by: 1, ECSModel.Weather())
            #expect(ecs.runningCount >= 4)
        }
        #expect(ecs.deployment == nil && ecs.runningCount == 4)
        #expect(ecs.tasks.allSatisfy { $0.revision == 2 })
    }

    @Test func whatDoesNotMatterIsLeftOutOfAHistory() throws {
        // With a policy that lowers to far too little, only the surge's end is needed.
        var script = Script(seed: 5, seconds: 7_200, incidents: false)
        script.incidents = [
            Incident(kind: .agentsRestart, begin: 900, end: 901, size: 1),
            Incident(kind: .lowerByHand, begin: 1_200, end: 1_201, size: 0.5),
        ]
        let violation = Violation(rule: "none", second: 5_000, words: "")
        var shrinker = Shrinker(script, violation)
        let (short, last) = shrinker.shrink()
        #expect(
            short.incidents.count == 2 && last == violation, "nothing fails: nothing is left out")
    }
}
