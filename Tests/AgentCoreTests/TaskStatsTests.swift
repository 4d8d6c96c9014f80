import TestSupport
import Testing
import Values
import Writing

@testable import AgentCore

@Suite struct TaskStatsTests {
    // Shortened from AWS's documentation of the endpoint; the third container does not run yet.
    private static let document = """
        {"a1":{"cpu_stats":{"cpu_usage":{"total_usage":1000000000}},
        "memory_stats":{"usage":104857600,"stats":{"total_inactive_file":52428800}}},
        "b2":{"cpu_stats":{"cpu_usage":{"total_usage":500000000}},
        "memory_stats":{"usage":26214400,"stats":{}}},"c3":null}
        """

    private func read(_ text: String, backendID: String? = nil) throws -> TaskStats {
        try TaskStats(parsing: text.bytes, backendID: backendID)
    }

    @Test func sumsTheContainersThatRun() throws {
        let stats = try read(Self.document, backendID: "b2")
        #expect(stats.all.cpu == 1_500_000_000)
        #expect(stats.all.memoryBytes == 78_643_200)
        #expect(stats.backend?.cpu == 500_000_000)
        #expect(try read(Self.document, backendID: "x").backend == nil)
    }

    @Test(arguments: ["", "null", "{}", "[]", "{\"a\":null}", "{\"a\":{\"cpu_stats\":7}}"])
    func refusesWhatTellsNothing(text: String) {
        #expect(throws: MetadataError.self) { try read(text) }
    }

    @Test func percentIsOfTheTasksLimits() throws {
        var tracker = UsageTracker(cpus: 0.25, memoryMiB: 150)
        var stats = try read(Self.document, backendID: "a1")
        let first = tracker.advance(stats, at: Instant(nanoseconds: 0))
        #expect(first.taskCPU == nil, "nothing to compare with")
        #expect(first.taskMemory == 50)
        stats.all.cpu += 125_000_000
        stats.backend?.cpu += 50_000_000
        let second = tracker.advance(stats, at: Instant(nanoseconds: 1_000_000_000))
        #expect(second.taskCPU == 50)
        #expect(second.backendCPU == 20)
    }

    @Test func aContainerThatEndedMakesNoNegativeUse() throws {
        var tracker = UsageTracker(cpus: 1, memoryMiB: nil)
        var stats = try read(Self.document)
        _ = tracker.advance(stats, at: Instant(nanoseconds: 0))
        stats.all.cpu = 5
        let usage = tracker.advance(stats, at: Instant(nanoseconds: 1_000_000_000))
        #expect(usage.taskCPU == nil)
        #expect(usage.taskMemory == nil)
    }
}

@Suite struct HTTPDateTests {
    @Test func readsThePreferredForm() {
        #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.seconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
        #expect(HTTPDate.seconds("Thu, 29 Feb 2024 23:59:59 GMT") == 1_709_251_199)
    }

    @Test(arguments: ["", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT"])
    func refusesOthers(text: String) {
        #expect(HTTPDate.seconds(text) == nil)
    }
}
