import Testing

@testable import Scaling

@Suite("Validation of a policy")
struct PolicyValidationTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let key: String
        let given: String
        let make: @Sendable (inout ScalingPolicy) -> Void
        var testDescription: String { key }
    }

    static let mistakes: [Mistake] = [
        Mistake(key: "max", given: "5001") { $0.maxTasks = 5001 },
        Mistake(key: "min", given: "101") { $0.minTasks = 101 },
        Mistake(key: "tolerancePercent", given: "51") { $0.tolerancePercent = 51 },
        Mistake(key: "target (metrics)", given: "0") { $0.rule = .target([]) },
        Mistake(key: "target.value", given: "0") {
            $0.rule = .target([TargetMetric(metric: .busy, value: 0)])
        },
        Mistake(key: "target.value", given: "nan") {
            $0.rule = .target([TargetMetric(metric: .busy, value: .nan)])
        },
        Mistake(key: "target.metric", given: "busy") {
            $0.rule = .target([
                TargetMetric(metric: .busy, value: 1), TargetMetric(metric: .busy, value: 2),
            ])
        },
        Mistake(key: "steps (count)", given: "0") { $0.rule = .steps(StepPolicy(steps: [])) },
        Mistake(key: "steps.threshold", given: "40") {
            $0.rule = .steps(
                StepPolicy(steps: [.init(threshold: 50, tasks: 2), .init(threshold: 40, tasks: 3)]))
        },
        Mistake(key: "steps.tasks", given: "1") {
            $0.rule = .steps(
                StepPolicy(steps: [.init(threshold: 50, tasks: 2), .init(threshold: 60, tasks: 1)]))
        },
        Mistake(key: "caution", given: "1") { $0.sizing = .learnt(Caution(1)) },
        Mistake(key: "headroomPercent", given: "-1") { $0.sizing = .fixed(headroomPercent: -1) },
        Mistake(key: "scaleOut.cooldown", given: "4000 s") {
            $0.scaleOut.cooldown = .seconds(4000)
        },
        Mistake(key: "scaleIn.stabilization", given: "-1 s") {
            $0.scaleIn.stabilization = .seconds(-1)
        },
        Mistake(key: "scaleOut.limit.percent", given: "0") {
            $0.scaleOut.limit = ChangeLimit(percent: 0)
        },
        Mistake(key: "scaleIn.limit.period", given: "0.5 s") {
            $0.scaleIn.limit = ChangeLimit(tasks: 1, period: .milliseconds(500))
        },
        Mistake(key: "staleAfter", given: "0 s") { $0.data.staleAfter = .zero },
        Mistake(key: "forgetAfter", given: "2 s") { $0.data.forgetAfter = .seconds(2) },
        Mistake(key: "quorumPercent", given: "101") { $0.data.quorumPercent = 101 },
    ]

    @Test("The defaults pass")
    func defaults() throws {
        try plainPolicy().validate()
        try ScalingPolicy(rule: .steps(StepPolicy())).validate()
    }

    @Test("A mistake is told with its key, the allowed range and the value", arguments: mistakes)
    func refuses(mistake: Mistake) {
        var policy = plainPolicy()
        mistake.make(&policy)
        let error = #expect(throws: PolicyError.self) { try policy.validate() }
        #expect(error?.key == mistake.key)
        #expect(error?.given == mistake.given)
        #expect(error?.allowed.isEmpty == false)
    }
}
