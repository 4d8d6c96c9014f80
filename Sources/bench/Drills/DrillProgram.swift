import Foundation

/// Which aggregator the drills run: the one built next to this program, or, given by
/// `DRILLS_AGGREGATOR`, one that was built with a sanitizer. Such a one is many times slower and
/// larger, so that for it only what does not depend on speed has to hold: it lives, and the
/// sanitizer, which has its options in `TSAN_OPTIONS` or `ASAN_OPTIONS`, finds nothing.
enum DrillProgram {
    private static let given = ProcessInfo.processInfo.environment["DRILLS_AGGREGATOR"]

    static var isSanitized: Bool { given != nil }

    static func path(_ folder: BenchFolder) -> String { given ?? folder.program("aggregator") }

    static let environment = ProcessInfo.processInfo.environment.filter {
        ["TSAN_OPTIONS", "ASAN_OPTIONS"].contains($0.key)
    }
}
