import Telemetry
import Testing
import Values

@testable import AgentCore

@Suite struct IntroductionTests {
    private func document(_ more: String = "") throws -> TaskMetadata {
        let text = """
            {"Cluster":"shop","TaskARN":"arn:aws:ecs:eu-west-1:1:task/shop/ab","Family":"web",
             "Revision":"7"\(more)}
            """
        return try TaskMetadata(parsing: Array(text.utf8), serviceName: nil)
    }

    private func names(_ events: [AgentEvent]) -> [String] {
        events.map { "\($0.name)" }
    }

    @Test func saysWhoItIsOnceAndTakesTheNewest() throws {
        var introduction = Introduction()
        #expect(names(introduction.learn(try document())) == ["identity.known"])
        let later = try document(#","ServiceName":"web","DesiredStatus":"RUNNING""#)
        #expect(names(introduction.learn(later)) == [])
        #expect(introduction.identity?.service == "web")
        #expect(!introduction.isDraining)
    }

    @Test(arguments: [
        #""DesiredStatus":"STOPPED","KnownStatus":"RUNNING""#, #""KnownStatus":"DEACTIVATING""#,
        #""KnownStatus":"STOPPING""#,
    ])
    func knowsThatEcsEndsIt(status: String) throws {
        var introduction = Introduction()
        _ = introduction.learn(try document())
        #expect(names(introduction.learn(try document("," + status))) == ["task.draining"])
        #expect(introduction.isDraining)
        #expect(names(introduction.learn(try document())) == [])
        #expect(introduction.isDraining, "there is no way back")
    }

    @Test func saysOutagesOnceAndTheirEnd() throws {
        var introduction = Introduction()
        #expect(introduction.metadataFailed("gone")?.name.description == "metadata.down")
        #expect(introduction.metadataFailed("gone") == nil)
        #expect(names(introduction.learn(try document())) == ["metadata.up", "identity.known"])
        #expect(introduction.statsCame() == nil)
        #expect(introduction.statsFailed("gone")?.name.description == "stats.down")
        #expect(introduction.statsFailed("gone") == nil)
        #expect(introduction.statsCame()?.name.description == "stats.up")
    }
}

@Suite struct FarewellTests {
    private let identity = TaskIdentity(
        taskARN: "arn:aws:ecs:eu-west-1:1:task/demo/ab", cluster: "demo", service: "shop",
        family: "web", revision: "7", availabilityZone: nil)
    private let start = Instant(nanoseconds: 1_000_000_000)

    private struct Parting {
        let identity: TaskIdentity
        var farewell: Farewell
        var delivery: Delivery

        mutating func next(
            _ answer: DeliveryAnswer?, now: Instant, random: UInt64
        ) -> Farewell.Step {
            farewell.next(answer, &delivery, identity, now: now, random: random)
        }
    }

    private func farewell() -> Parting {
        let backoff = Backoff(first: .milliseconds(100), longest: .milliseconds(900))
        return Parting(
            identity: identity, farewell: Farewell(now: start),
            delivery: Delivery(bootID: 1, backoff: backoff))
    }

    @Test func isSentAtOnceAndAccepted() {
        var farewell = farewell()
        guard case .send(let report, let span) = farewell.next(nil, now: start, random: 0) else {
            Issue.record("nothing is sent")
            return
        }
        #expect(report.state == .stopping)
        #expect(span == AgentLimits.farewellMax)
        guard case .wait(let until) = farewell.next(nil, now: start, random: 0) else {
            Issue.record("no answer is awaited")
            return
        }
        #expect(until == start + AgentLimits.farewellMax)
        guard case .done(true) = farewell.next(.accepted, now: start, random: 0) else {
            Issue.record("not done")
            return
        }
    }

    @Test func isSentAgainUntilTimeIsOver() {
        var farewell = farewell()
        var now = start
        var (sent, answer): (Int, DeliveryAnswer?) = (0, nil)
        loop: for _ in 0..<100 {
            switch farewell.next(answer, now: now, random: .max) {
            case .send(let report, let span):
                sent += 1
                #expect(report.sequence == 1)
                #expect(now + span == start + AgentLimits.farewellMax)
                answer = .postponed(.connection, reason: "refused", retryAfter: nil)
            case .wait(let until):
                answer = nil
                #expect(until > now)
                now = until
            case .done(let isAccepted):
                #expect(!isAccepted)
                break loop
            }
        }
        #expect(now == start + AgentLimits.farewellMax)
        #expect((2...10).contains(sent))
    }

    @Test func aRefusalEndsIt() {
        var farewell = farewell()
        _ = farewell.next(nil, now: start, random: 0)
        guard
            case .done(false) = farewell.next(
                .refused(status: 400, reason: "no"), now: start, random: 0)
        else {
            Issue.record("not done")
            return
        }
    }
}
