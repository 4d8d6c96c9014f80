import AgentCore
import Telemetry
import Testing
import Values

@Suite struct DeliveryTests {
    private static let identity = TaskIdentity(
        taskARN: "arn:aws:ecs:eu-west-1:1:task/demo/ab", cluster: "demo", service: nil,
        family: "web", revision: "7", availabilityZone: nil)
    private var delivery = Delivery(
        bootID: 1, backoff: Backoff(first: .milliseconds(100), longest: .milliseconds(900)))

    private func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    private func window(_ second: Int64) -> Window {
        Window(
            startMs: second * 1000, lengthMs: 1000, samples: 0, failed: 20, restarts: 0,
            gauges: nil, counters: nil)
    }

    private mutating func next(_ milliseconds: Int64) -> Report? {
        delivery.next(now: at(milliseconds), identity: Self.identity)
    }

    private mutating func ended(
        _ answer: DeliveryAnswer, _ milliseconds: Int64, random: UInt64 = .max
    ) -> Delivery.Change? {
        delivery.ended(answer, now: at(milliseconds), random: random)
    }

    @Test mutating func sendsOneReportAtATime() {
        #expect(next(0) == nil)
        delivery.add(window(0))
        #expect(next(0)?.sequence == 1)
        delivery.add(window(1))
        #expect(next(1000) == nil, "an answer is awaited")
        #expect(ended(.accepted, 1001) == nil)
        #expect(next(1001)?.sequence == 2)
    }

    @Test mutating func resendsTheSameReportWithItsNumber() {
        delivery.add(window(0))
        let first = next(0)
        #expect(
            ended(.postponed(.connection, reason: "refused", retryAfter: nil), 1)
                == .began(.connection, reason: "refused"))
        delivery.add(window(1))
        #expect(next(50) == nil, "not before the wait is over")
        #expect(next(102) == first)
        #expect(
            ended(.postponed(.connection, reason: "refused", retryAfter: nil), 103) == nil,
            "said once")
        #expect(next(1000) == first)
        #expect(ended(.accepted, 1001) == .ended(failures: 2, lastedMs: 1000))
        let second = next(1001)
        #expect(second?.sequence == 2)
        #expect(second?.windows == [window(1)])
    }

    @Test mutating func obeysRetryAfterWithJitterOnTop() {
        delivery.add(window(0))
        _ = next(0)
        _ = ended(.postponed(.overload, reason: "429", retryAfter: .seconds(5)), 0)
        #expect(next(5000) == nil)
        #expect(next(5100)?.sequence == 1)
    }

    @Test mutating func retryAfterHasALimit() {
        delivery.add(window(0))
        _ = next(0)
        _ = ended(.postponed(.overload, reason: "503", retryAfter: .seconds(86_400)), 0)
        #expect(delivery.due(now: at(0)) ?? at(0) <= at(300_100))
    }

    @Test mutating func dropsARefusedReportOnly() {
        delivery.add(window(0))
        _ = next(0)
        delivery.add(window(1))
        #expect(
            ended(.refused(status: 400, reason: "no task"), 0)
                == .began(.report, reason: "400 no task"))
        let second = next(200)
        #expect(second?.sequence == 2)
        #expect(second?.windows == [window(1)])
    }

    @Test mutating func followsARedirectAtOnceButNotForEver() {
        delivery.add(window(0))
        for count in 1...AgentLimits.redirectsMax {
            #expect(next(0)?.sequence == 1)
            #expect(ended(.redirected, 0) == (count == 1 ? .redirected : nil))
        }
        #expect(next(0)?.sequence == 1)
        #expect(ended(.redirected, 0) == .began(.answer, reason: "redirects without end"))
        #expect(next(0) == nil)
    }

    @Test mutating func eachTroubleOfAnOutageIsSaidOnce() {
        delivery.add(window(0))
        var said = 0
        for attempt in 0..<20 {
            let now = Int64(attempt) * 1000
            _ = next(now)
            let trouble: Trouble = attempt % 2 == 0 ? .connection : .name
            if ended(.postponed(trouble, reason: "", retryAfter: nil), now) != nil { said += 1 }
        }
        #expect(said == 2)
    }

    @Test mutating func farewellGoesOutWhateverWasBefore() {
        delivery.add(window(0))
        _ = next(0)
        _ = ended(.postponed(.connection, reason: "", retryAfter: .seconds(60)), 0)
        delivery.add(window(1))
        let farewell = delivery.farewell(identity: Self.identity)
        #expect(farewell.state == .stopping)
        #expect(farewell.sequence == 2)
        #expect(farewell.windows == [window(1)])
    }
}
