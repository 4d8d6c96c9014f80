import Telemetry
import TestSupport
import Testing
import Values

@testable import AgentCore

@Suite struct TaskStatsTests {
    // Shortened from AWS's documentation of the endpoint; the third container does not run yet.
    private static let document = """
        {"a1":{"read":"2026-11-25T17:00:00.1Z","cpu_stats":{"cpu_usage":{"total_usage":1000000000},
        "throttling_data":{"periods":100,"throttled_periods":20,"throttled_time":7}},
        "memory_stats":{"usage":104857600,"stats":{"total_inactive_file":52428800}}},
        "b2":{"cpu_stats":{"cpu_usage":{"total_usage":500000000},
        "throttling_data":{"periods":0,"throttled_periods":0,"throttled_time":0}},
        "memory_stats":{"usage":26214400,"stats":{}}},"c3":null}
        """

    @Test func readsTheContainersThatRun() throws {
        let stats = try TaskStats(parsing: Self.document.bytes)
        #expect(stats.containers.map(\.cpu) == [1_000_000_000, 500_000_000])
        #expect(stats.containers.map(\.memoryBytes) == [52_428_800, 26_214_400])
        #expect(stats.containers[0].throttling == .init(periods: 100, throttled: 20))
        #expect(stats.containers[1].throttling == nil, "without a quota of its own")
    }

    @Test(arguments: [
        "", "null", "{}", "[]", "{\"a\":null}", "{\"a\":{\"cpu_stats\":7}}",
        // Before its first reading the endpoint has one of the year 1.
        """
        {"a":{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},
        "memory_stats":{"usage":0}}}
        """,
    ])
    func refusesWhatTellsNothing(text: String) {
        #expect(throws: MetadataError.self) { try TaskStats(parsing: text.bytes) }
    }

    @Test func survivesRandomBytesAndTruncation() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let document = Self.document.bytes
        for length in 0..<document.count { _ = try? TaskStats(parsing: Array(document[..<length])) }
        for _ in 0..<5000 {
            var bytes = document
            for _ in 0..<4 {
                bytes[Int.random(in: bytes.indices, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            guard let stats = try? TaskStats(parsing: bytes) else { continue }
            for container in stats.containers {
                #expect(container.cpu ?? 1 > 0 && container.memoryBytes ?? 0 >= 0, "seed \(seed)")
            }
        }
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
