import Control
import Scaling
import Telemetry
import Testing
import Values

@testable import AggregatorCore

/// The sentences that are read at three in the morning, each whole: they have to read well.
@Suite struct StatusWordsTests {
    enum Step: Sendable {
        /// Each of so many tasks reports so much in service.
        case reports(Int, tasks: Int)
        case saturated(Int)
        case ecs(Int, running: Int? = nil)
        case unknownToECS
        case daemon
        case failedDeployment
        case seconds(Int)
        /// Each second for so long, ECS says the same and so many tasks report.
        case lasting(Int, busy: Int, tasks: Int)
        case sets(ServiceOverride.Setting, String)
        case changed(to: Int)
        case fails(String)
        case autoScaling
        case clockIsOff
    }

    struct Scene: Sendable, CustomTestStringConvertible {
        let steps: [Step]
        let sentence: String
        let attention: [String]
        var policy = StatusWordsTests.policy

        init(
            _ steps: [Step], _ sentence: String, _ attention: [String] = [],
            _ change: (inout ScalingPolicy) -> Void = { _ in }
        ) {
            self.steps = steps
            self.sentence = sentence
            self.attention = attention
            change(&policy)
        }

        var testDescription: String { sentence }
    }

    private static var policy: ScalingPolicy {
        var policy = ScalingPolicy(
            minTasks: 1, maxTasks: 20, rule: .target([TargetMetric(metric: .busy, value: 40)]))
        policy.sizing = .fixed(headroomPercent: 0)
        return policy
    }

    static let scenes: [Scene] = [
        Scene([], "web: ECS has not given its counts yet. Nothing is done until it does."),
        Scene(
            [.unknownToECS],
            "web: ECS knows no active service of this name in cluster shop. Nothing is done until it does."
        ),
        Scene(
            [.ecs(3)],
            "web: 3 tasks, no task reports, so the load is unknown and the count is held; no change since the start."
        ),
        Scene(
            [.ecs(3), .reports(20, tasks: 3)],
            "web: 3 tasks, enough for 2 times the load; no change since the start."),
        Scene(
            [.ecs(1), .reports(20, tasks: 1)],
            "web: 1 task, enough for 2 times the load; no change since the start."),
        Scene(
            [.ecs(3), .reports(0, tasks: 3)], "web: 3 tasks, no load; no change since the start."),
        Scene(
            [.ecs(30), .reports(1, tasks: 30)],
            "web: 30 tasks, enough for 40 times the load; no change since the start."),
        Scene(
            [.ecs(3), .reports(80, tasks: 3)],
            "web: 3 tasks, too few: the load is worth 6; no change since the start."),
        Scene(
            [.ecs(3), .reports(80, tasks: 3), .changed(to: 6)],
            "web: 6 tasks, just enough for the load; last change 0 s ago, 3 → 6, because requests in service 240 at 40 a task is worth 6 tasks → 6."
        ),
        Scene(
            [
                .ecs(3), .reports(80, tasks: 3), .changed(to: 6), .ecs(6, running: 4),
                .reports(60, tasks: 4), .seconds(2),
            ],
            "web: 4 of 6 tasks run, too few: the load is worth 6; last change 5 s ago, 3 → 6, because requests in service 240 at 40 a task is worth 6 tasks → 6."
        ),
        Scene(
            [.ecs(3, running: 5), .reports(20, tasks: 3)],
            "web: 5 tasks run, 3 are wanted, enough for 2 times the load; no change since the start."
        ),
        Scene(
            [.ecs(8), .reports(20, tasks: 3)],
            "web: 8 tasks, only 3 of them report, so the count is held; no change since the start."),
        Scene(
            [.ecs(8), .reports(20, tasks: 3), .seconds(310)],
            "web: 8 tasks, no task reports, so the load is unknown and the count is held; no change since the start.",
            [
                "DescribeServices does not answer: the last counts are 8 desired. Raises go on from these counts, nothing is lowered, and ECS is asked each second.",
                "8 running tasks report nothing, 0 report. Nothing is lowered until they report. Look at the agents' logs.",
            ]),
        Scene(
            [.ecs(3), .reports(800, tasks: 3), .seconds(1)],
            "web: 3 tasks, too few: the load is worth 60; no change since the start."),
        Scene(
            [.ecs(20), .lasting(62, busy: 60, tasks: 20)],
            "web: 20 tasks, too few: the load is worth 30; no change since the start.",
            [
                "The load asks for 30 tasks, and max is 20. Raise max, or the service stays overloaded."
            ]),
        Scene(
            [
                .ecs(3), .reports(80, tasks: 3),
                .fails("AWS refuses it: not authorized to perform ecs:UpdateService"),
            ], "web: 3 tasks, too few: the load is worth 6; no change since the start.",
            [
                "The last call to change the count failed: AWS refuses it: not authorized to perform ecs:UpdateService"
            ]),
        Scene(
            [.ecs(3), .reports(20, tasks: 3), .sets(.pause(.both), "deploy of the shop")],
            "web: 3 tasks, enough for 2 times the load; paused until 2026-09-21 15:13 UTC (deploy of the shop); no change since the start."
        ),
        Scene(
            [.ecs(3), .reports(20, tasks: 3), .sets(.pause(.in), "night of the sale")],
            "web: 3 tasks, enough for 2 times the load; scale-in paused until 2026-09-21 15:13 UTC (night of the sale); no change since the start."
        ),
        Scene(
            [.ecs(3), .reports(20, tasks: 3), .sets(.pause(.out), "cost freeze")],
            "web: 3 tasks, enough for 2 times the load; scale-out paused until 2026-09-21 15:13 UTC (cost freeze); no change since the start."
        ),
        Scene(
            [.ecs(3), .reports(20, tasks: 3), .sets(.floor(12), "sale at eight")],
            "web: 3 tasks, enough for 2 times the load; floor 12 until 2026-09-21 15:13 UTC (sale at eight); no change since the start."
        ),
        Scene(
            [
                .ecs(3), .reports(20, tasks: 3), .sets(.ceiling(30), "sale"),
                .sets(.floor(25), "sale"),
            ],
            "web: 3 tasks, enough for 2 times the load; ceiling 30 until 2026-09-21 15:13 UTC (sale), floor 25 until 2026-09-21 15:13 UTC (sale); no change since the start."
        ),
        Scene(
            [.ecs(3), .reports(20, tasks: 3), .sets(.dryRun(true), "first day")],
            "web: 3 tasks, enough for 2 times the load; dry run on until 2026-09-21 15:13 UTC (first day); no change since the start."
        ),
        Scene(
            [.ecs(3), .reports(20, tasks: 3)],
            "web: 3 tasks, enough for 2 times the load; dry run by configuration: nothing is changed; no change since the start.",
            []
        ) { $0.dryRun = true },
        Scene(
            [.ecs(3), .saturated(3)],
            "web: 3 tasks, too few: the load is worth 69.5; no change since the start."),
        Scene(
            [.daemon],
            "web: 3 tasks, no task reports, so the load is unknown and the count is held; no change since the start.",
            [
                "ECS runs one task of this service on each instance: it has no desired count to set. No call is made. Remove it from the configuration."
            ]),
        Scene(
            [.ecs(3), .reports(20, tasks: 3), .ecs(0), .seconds(1)],
            "web: 0 tasks, no load; no change since the start.",
            ["Somebody else set the desired count to 0. It stays 0 until somebody sets more."]),
        Scene(
            [.failedDeployment, .reports(20, tasks: 3)],
            "web: 3 tasks, enough for 2 times the load; no change since the start.",
            [
                "The last deployment failed and was not rolled back. Nothing is lowered for a day; raises start tasks of whichever revision ECS keeps. Roll back, or deploy again."
            ]),
        Scene(
            [.ecs(3), .autoScaling, .reports(20, tasks: 3)],
            "web: 3 tasks, enough for 2 times the load; no change since the start.",
            [
                "Application Auto Scaling has an active scalable target on this service, and changes the same count. Nothing is lowered until it ends; raises go on. Deregister the target, or suspend it: \"applicationAutoScaling\": \"suspend\"."
            ]),
        Scene(
            [.ecs(3), .reports(20, tasks: 3), .seconds(45)],
            "web: 3 tasks, no task reports, so the load is unknown and the count is held; no change since the start.",
            [
                "DescribeServices does not answer: the last counts are 3 desired. Raises go on from these counts, nothing is lowered, and ECS is asked each second."
            ]),
        Scene(
            [.ecs(1), .clockIsOff, .lasting(62, busy: 1, tasks: 1)],
            "web: 1 task, no load; no change since the start.",
            [
                "A task's clock is not synchronized; it may be off by 12000 ms. No decision depends on it, but times in that task's log are wrong."
            ]),
        Scene(
            [.ecs(3), .reports(20, tasks: 3)],
            "web: 3 tasks, no report has the metric it is scaled by; no change since the start.",
            []
        ) {
            $0.rule = .target([TargetMetric(metric: .cpu, value: 50)])
        },
        Scene(
            [
                .ecs(3), .reports(80, tasks: 3), .changed(to: 6), .seconds(400), .ecs(6),
                .reports(20, tasks: 6),
            ],
            "web: 6 tasks, enough for 2 times the load; last change 6 min ago, 3 → 6, because requests in service 240 at 40 a task is worth 6 tasks → 6."
        ),
    ]

    @Test(arguments: scenes) func readsWell(scene: Scene) {
        var stage = Stage(scene.policy)
        for step in scene.steps { stage.take(step) }
        let words = stage.words
        #expect(words.sentence == scene.sentence)
        #expect(words.attention == scene.attention)
    }

    @Test func thereAreThirtyOfThem() {
        let sentences = Self.scenes.flatMap { [$0.sentence] + $0.attention }
        #expect(Set(sentences).count >= 30)
    }

    @Test func agesAreShort() {
        let ages: [(Int64, String)] = [
            (-5, "0 s ago"), (59_000, "59 s ago"), (60_000, "1 min ago"),
            (3_599_000, "59 min ago"), (3_600_000, "1 h ago"), (172_800_000, "2 days ago"),
        ]
        for (ms, words) in ages { #expect(StatusWords.ago(ms: ms) == words) }
    }
}

/// A service's controller, moved by steps.
private struct Stage {
    private var controller: ServiceController
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var wallMs: Int64 = 1_790_000_000_000
    private var sequence: UInt64 = 0
    private let configuration: ServiceConfiguration

    init(_ policy: ScalingPolicy) {
        controller = ServiceController(policy: policy, period: .seconds(5), now: now)
        configuration = ServiceConfiguration(
            key: ServiceKey(cluster: "shop", service: "web"), cluster: "shop", service: "web",
            policy: policy, snsTopicARN: nil)
        _ = controller.passed(wallMs: wallMs, now: now)
    }

    var words: StatusWords {
        StatusWords(ServiceSnapshot(configuration, controller, now: now), wallMs: wallMs)
    }

    mutating func take(_ step: StatusWordsTests.Step) {
        pass(1)
        switch step {
        case .reports(let busy, let tasks):
            report(tasks) { Samples.report(task: $0, sequence: $1, busy: busy) }
        case .saturated(let tasks):
            report(tasks) { task, sequence in
                var report = Samples.report(task: task, sequence: sequence, busy: 400)
                report.windows[0].condition = .saturated
                report.windows[0].witnesses = WindowWitnesses(
                    acceptQueue: 511, acceptQueueLimit: 511, listenOverflows: 30, listenDrops: 30,
                    sockets: 900, established: 800, unread: 390, closing: 0)
                return report
            }
        case .ecs(let desired, let running): describe(description(desired, running ?? desired))
        case .unknownToECS: describe(nil)
        case .daemon:
            var daemon = description(3, 3)
            daemon.scalability = .daemon
            describe(daemon)
        case .failedDeployment:
            var failed = description(3, 3)
            failed.deployments = [.init(id: "1", isPrimary: true, rollout: .failed)]
            describe(failed)
        case .seconds(let count): pass(count)
        case .lasting(let seconds, let busy, let tasks):
            for _ in 0..<seconds {
                pass(1)
                let counts = controller.counts
                describe(description(counts?.desiredCount ?? 0, counts?.runningCount ?? 0))
                report(tasks) { Samples.report(task: $0, sequence: $1, busy: busy) }
            }
        case .sets(let setting, let reason):
            let override = ServiceOverride(
                setting, reason: reason, until: now + .seconds(3_600), untilMs: wallMs + 3_600_000)
            if case .failure(let refusal) = controller.override(override, now: now) {
                Issue.record("\(refusal)")
            }
        case .changed(let count):
            write()
            _ = controller.accepted(description(count, count), now: now)
        case .fails(let text):
            write()
            _ = controller.failed(
                CallFailure(.lasting, code: "AccessDeniedException", text: text), now: now,
                jitter: 0)
        case .autoScaling: controller.autoScaled(true)
        case .clockIsOff:
            report(1) { task, sequence in
                var report = Samples.report(task: task, sequence: sequence, busy: 1)
                report.clock = ClockDrift(errorMs: 12_000, isSynchronized: false)
                return report
            }
        }
    }

    private mutating func pass(_ seconds: Int) {
        for _ in 0..<seconds {
            now = now + .seconds(1)
            wallMs += 1_000
            _ = controller.passed(wallMs: wallMs, now: now)
        }
    }

    private mutating func report(_ tasks: Int, _ make: (Int, UInt64) -> Report) {
        sequence += 1
        for task in 0..<tasks { _ = controller.ingest(make(task, sequence), now: now) }
        _ = controller.passed(wallMs: wallMs, now: now)
    }

    private func description(_ desired: Int, _ running: Int) -> ServiceDescription {
        ServiceDescription(
            name: "web", desiredCount: desired, runningCount: running,
            pendingCount: max(0, desired - running))
    }

    private mutating func describe(_ description: ServiceDescription?) {
        _ = controller.described(description, askedAt: now, now: now)
        _ = controller.passed(wallMs: wallMs, now: now)
    }

    /// Up to the call.
    private mutating func write() {
        let counts = controller.counts
        let actions = controller.turn(now: now)
        guard actions.contains(where: { if case .look = $0 { true } else { false } }) else {
            return
        }
        _ = controller.described(
            description(counts?.desiredCount ?? 0, counts?.runningCount ?? 0), askedAt: now,
            now: now)
    }
}
