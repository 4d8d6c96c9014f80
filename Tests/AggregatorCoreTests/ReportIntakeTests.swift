import Control
import Platform
import Telemetry
import Testing
import Values

@testable import AggregatorCore

@Suite struct ReportIntakeTests {
    private let log = Log(level: .error, write: { _ in })
    private let counters = IngestCounters()
    private let resolver = TaskResolver()
    private let now = MonotonicClock.now()

    private func intake(_ fleet: Fleet) -> ReportIntake {
        ReportIntake(fleet: fleet, resolver: resolver, counters: counters, log: log)
    }

    /// `web` of `shop`, of which ECS runs one task.
    private func fleet() throws -> Fleet {
        let configuration = try Configuration.read(
            Array(
                #"""
                {"services":[{"cluster":"shop","service":"web","min":1,"max":9,
                  "target":{"metric":"busy","value":40}}]}
                """#.utf8))
        let fleet = Fleet(configuration.services, log: log, now: now)
        fleet.services[0].described(
            ServiceDescription(name: "web", desiredCount: 1, runningCount: 1, pendingCount: 0),
            askedAt: now)
        return fleet
    }

    private func report(of task: String, naming service: String?) -> Report {
        var report = Samples.report
        report.identity.taskARN = task
        report.identity.service = service
        return report
    }

    /// What the service makes of it: tasks that count.
    private func live(_ fleet: Fleet) throws -> Int {
        let service = try #require(fleet.service(ServiceKey(cluster: "shop", service: "web")))
        service.passed(wallMs: WallClock.nowMs(), now: now + .milliseconds(10))
        return try #require(service.snapshot().decision).inputs.tasks.live
    }

    /// A task that ECS lists in the service counts from its first report; one that only says so has
    /// to be heard for a while where more report than ECS runs.
    @Test func countsWhatECSListsAtOnce() throws {
        let (said, listed) = (try fleet(), try fleet())
        for task in ["a", "b", "c"] {
            let taken = intake(said).take(report(of: task, naming: "web"), from: nil, now: now)
            #expect(taken.outcome == .accepted)
            let unnamed = report(of: task, naming: nil)
            #expect(intake(listed).take(unnamed, from: nil, now: now).outcome == .unresolved)
            let sent = resolver.answered(
                cluster: unnamed.identity.cluster, tasks: [task],
                [.init(taskARN: task, service: "web")], now: now)
            #expect(sent.count == 1)
            let second = intake(listed).take(unnamed, from: nil, now: now)
            #expect(second.outcome == .accepted)
            #expect(second.service === listed.services[0])
        }
        #expect(try live(listed) == 3)
        #expect(try live(said) == 0)
        #expect(counters[.accepted] == 6)
        #expect(counters[.unresolved] == 3)
    }

    @Test func saysWhatIsNotConfigured() throws {
        let intake = intake(try fleet())
        let other = intake.take(report(of: "a", naming: "other"), from: nil, now: now)
        #expect(other.outcome == .notConfigured)
        #expect(other.detail == "service other of cluster shop is not configured here")
        var elsewhere = report(of: "a", naming: nil)
        elsewhere.identity.cluster = "mall"
        let cluster = intake.take(elsewhere, from: nil, now: now)
        #expect(cluster.outcome == .notConfigured)
        #expect(cluster.detail == "no service of cluster mall is configured here")
        #expect(counters[.notConfigured] == 2)
    }

    @Test func eachOutcomeHasANameOfItsOwn() {
        let names = Set(ReportOutcome.allCases.map(\.words.name))
        #expect(names.count == ReportOutcome.allCases.count)
        for outcome in ReportOutcome.allCases {
            let words = outcome.words
            #expect(words.text.isEmpty == (words.status == 204), "\(outcome)")
        }
    }
}
