import Telemetry
import TestSupport
import Testing
import Values

@testable import AgentCore

/// Statistics a second apart, in a task of a quarter vCPU and 512 MiB.
@Suite struct UsageTrackerTests {
    private static let metadata = """
        {"TaskARN":"arn:aws:ecs:eu-west-1:1:task/c/1","Cluster":"c","Family":"f","Revision":"1",
        "Limits":{"CPU":0.25,"Memory":512},
        "Containers":[{"Name":"nginx","DockerId":"n"},{"Name":"app","DockerId":"b"}]}
        """

    private static func tracker() throws -> UsageTracker {
        UsageTracker(
            try TaskMetadata(
                parsing: metadata.bytes, serviceName: nil, backendContainer: "app"))
    }

    /// What a container says: seconds of a processor, and MiB; `nil` for an entry that is `null`.
    private typealias Reading = (seconds: Double, mebibytes: Double)?

    private static func entry(_ reading: Reading) -> String {
        guard let reading else { return "null" }
        return """
            {"cpu_stats":{"cpu_usage":{"total_usage":\(Int(reading.seconds * 1e9))}},
            "memory_stats":{"usage":\(Int(reading.mebibytes * 1_048_576))}}
            """
    }

    /// The usage after each of the readings of nginx and the backend.
    private func usages(_ readings: [(nginx: Reading, backend: Reading)]) throws -> [WindowUsage] {
        var tracker = try Self.tracker()
        var usages: [WindowUsage] = []
        for (index, reading) in readings.enumerated() {
            let text = """
                {"n":\(Self.entry(reading.nginx)),"b":\(Self.entry(reading.backend))}
                """
            usages.append(
                tracker.advance(
                    try TaskStats(parsing: text.bytes),
                    at: Instant(nanoseconds: Int64(index) * 1_000_000_000)))
        }
        return usages
    }

    private func expect(
        _ value: Double?, _ percent: Double, _ location: SourceLocation = #_sourceLocation
    ) {
        let isNear = value.map { abs($0 - percent) < 0.01 } ?? false
        #expect(isNear, "\(String(describing: value))", sourceLocation: location)
    }

    @Test func percentIsOfTheTasksLimits() throws {
        let usages = try usages([((10, 64), (5, 64)), ((10.1, 64), (5.05, 64))])
        #expect(usages[0].taskCPU == nil, "nothing to compare with")
        expect(usages[0].taskMemory, 25)
        expect(usages[1].taskCPU, 60)
        expect(usages[1].backendCPU, 20)
        expect(usages[1].backendMemory, 12.5)
    }

    @Test(arguments: [5.0, 3000])
    func whatAContainerUsedBeforeItAppearedIsNoUseOfThisSecond(past: Double) throws {
        let usages = try usages([
            ((10, 64), nil), ((10.1, 64), (past, 64)), ((10.2, 64), nil),
            ((10.3, 64), (past + 0.2, 64)),
        ])
        #expect(usages[0].taskCPU == nil)
        expect(usages[1].taskCPU, 40)
        expect(usages[2].taskCPU, 40)
        // Its 0.2 s are of its own two seconds.
        expect(usages[3].taskCPU, 80)
        expect(usages[3].backendCPU, 40)
    }

    @Test func aRestartCountsFromItsBeginning() throws {
        let usages = try usages([((10, 64), (0.05, 64)), ((10.1, 64), (0.02, 64))])
        expect(usages[1].taskCPU, 48)
    }

    @Test func silenceOfASecondIsNotIdleness() throws {
        let usages = try usages([
            ((10, 64), (5, 64)), ((10.1, 64), (5.1, 64)), ((10.2, 64), nil),
        ])
        expect(usages[2].taskCPU, 80)
        expect(usages[2].taskMemory, 25)
        expect(usages[2].backendMemory, 12.5)
    }

    @Test func aContainerThatEndedCountsNoMore() throws {
        var readings: [(Reading, Reading)] = [((10, 64), (5, 64)), ((10.1, 64), (5.1, 64))]
        for second in 2...8 { readings.append(((10 + Double(second) / 10, 64), nil)) }
        let last = try #require(try usages(readings).last)
        expect(last.taskCPU, 40)
        expect(last.taskMemory, 12.5)
        #expect(last.backendCPU == nil)
    }

    @Test func theSameReadingTwiceIsNoIdleSecond() throws {
        var tracker = try Self.tracker()
        func usage(_ second: Int64, read: Int, cpu: Int) throws -> WindowUsage {
            let text = """
                {"n":{"read":"2026-11-25T17:00:0\(read)Z",
                "cpu_stats":{"cpu_usage":{"total_usage":\(cpu)}}}}
                """
            return tracker.advance(
                try TaskStats(parsing: text.bytes),
                at: Instant(nanoseconds: second * 1_000_000_000))
        }
        _ = try usage(0, read: 0, cpu: 1_000_000_000)
        expect(try usage(1, read: 1, cpu: 1_100_000_000).taskCPU, 40)
        expect(try usage(2, read: 1, cpu: 1_100_000_000).taskCPU, 40)
        expect(try usage(3, read: 3, cpu: 1_200_000_000).taskCPU, 20)
        #expect(try usage(4, read: 4, cpu: 1_300_000_000).taskMemory == nil, "not said, not zero")
    }

    @Test func throttledIsTheShareOfPeriods() throws {
        var tracker = try Self.tracker()
        func throttled(_ second: Int64, _ periods: Int, _ throttled: Int) throws -> Double? {
            let text = """
                {"n":{"cpu_stats":{"cpu_usage":{"total_usage":7},"throttling_data":
                {"periods":\(periods),"throttled_periods":\(throttled),"throttled_time":1}}}}
                """
            let stats = try TaskStats(parsing: text.bytes)
            return tracker.advance(stats, at: Instant(nanoseconds: second * 1_000_000_000))
                .throttled
        }
        #expect(try throttled(0, 100, 50) == nil, "nothing to compare with")
        #expect(try throttled(1, 110, 54) == 40)
        #expect(try throttled(2, 110, 54) == nil, "no period passed")
        #expect(try throttled(3, 10, 5) == nil, "it began again")
        #expect(try throttled(4, 20, 5) == 0)
    }

    @Test func whatTheFirstDocumentLacksIsLearnt() throws {
        let bare = Self.metadata.replacing(#""Limits":{"CPU":0.25,"Memory":512},"#, with: "")
            .replacing(#",{"Name":"app","DockerId":"b"}"#, with: "")
        func read(_ text: String) throws -> TaskMetadata {
            try TaskMetadata(parsing: text.bytes, serviceName: nil, backendContainer: "app")
        }
        let first = try read(bare)
        var tracker = UsageTracker(first)
        func usage(_ second: Int64) throws -> WindowUsage {
            let used = 5 + Double(second) / 10
            let text = "{\"n\":\(Self.entry((used, 64))),\"b\":\(Self.entry((used, 64)))}"
            return tracker.advance(
                try TaskStats(parsing: text.bytes),
                at: Instant(nanoseconds: second * 1_000_000_000))
        }
        _ = try usage(0)
        #expect(try usage(1).taskCPU == nil)
        tracker.learn(try read(Self.metadata).completed(by: first))
        expect(try usage(2).taskCPU, 80)
        expect(try usage(3).backendCPU, 40)
        // Nor does a later one that lacks it take it away.
        tracker.learn(try read(bare).completed(by: try read(Self.metadata)))
        expect(try usage(4).backendMemory, 12.5)
    }
}
