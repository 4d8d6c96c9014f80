import Control
import Foundation
import Scaling
import Testing

@testable import AggregatorCore

@Suite struct ServiceHistoryTests {
    private static let limits = HistoryLimits(services: 1)

    private func point(_ ms: Int64, demand: Float, desired: Int32 = 3) -> HistoryPoint {
        let configuration = ServiceConfiguration(
            key: ServiceKey(cluster: "c", service: "s"), cluster: "c", service: "s",
            policy: ScalingPolicy(rule: .target([])), snsTopicARN: nil)
        let controller = ServiceController(
            policy: configuration.policy, period: .seconds(5), now: .init(nanoseconds: 1))
        var point = HistoryPoint(
            ServiceSnapshot(configuration, controller, now: .init(nanoseconds: 1)), ms: ms)
        #expect(point.desired == -1 && point.demand.isNaN, "unknown is not zero")
        point.demand = demand
        point.desired = desired
        return point
    }

    @Test func aRingKeepsTheNewestInOrder() {
        var ring = Ring<Int>(countMax: 3)
        #expect(ring.last == nil)
        for value in 1...7 {
            ring.append(value)
            #expect(ring.last == value)
            #expect(ring.all == Array(max(1, value - 2)...value))
        }
    }

    @Test func aMinuteKeepsTheMostOfTheLoadAndTheLastOfTheCounts() {
        let history = ServiceHistory(Self.limits)
        for (second, demand) in [(0, 1), (1, 9), (59, .nan), (60, 2)] as [(Int64, Float)] {
            history.note(point(600_000 + second * 1000, demand: demand, desired: Int32(second)))
        }
        let minutes = history.minutes
        #expect(minutes.map(\.demand) == [9, 2])
        #expect(minutes.map(\.desired) == [59, 60])
        #expect(history.seconds.count == 4)
    }

    @Test func entriesAreGivenFromANumberOn() throws {
        let history = ServiceHistory(Self.limits)
        for number in 1...600 {
            history.note(.missing(status: "GONE\(number)"), wallMs: 1_790_000_000_000)
        }
        #expect(history.entryCount == 600)
        #expect(history.entries(after: 0, countMax: 5).map(\.number) == Array(596...600))
        #expect(history.entries(after: 598, countMax: 100).map(\.number) == [599, 600])
        #expect(history.entries(after: 0, countMax: .max).count == Self.limits.entriesMax)
        let json = history.entries(after: 599, countMax: 1)[0].json
        let entry = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
        #expect(entry?["event"] as? String == "service.missing")
        #expect(entry?["status"] as? String == "GONE600")
        #expect(entry?["time"] as? String == "2026-09-21T14:13:20.000Z")
    }

    @Test(arguments: [1, 10, 100, 1_000])
    func whatIsKeptIsLimitedWhateverTheNumberOfServices(services: Int) {
        let limits = HistoryLimits(services: services)
        let bytes = (limits.secondsMax + limits.minutesMax) * MemoryLayout<HistoryPoint>.stride
        #expect(bytes * services <= 20_000_000)
        #expect(limits.secondsMax >= 180)
        #expect(limits.entriesMax * services <= 10_000)
    }
}
