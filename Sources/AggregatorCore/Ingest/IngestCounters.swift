import Synchronization

/// What became of the requests that brought reports, since the start; counted without a lock.
package final class IngestCounters: Sendable {
    /// By the outcome's number.
    private let counts = InlineArray<16, Atomic<Int>> { _ in Atomic(0) }
    /// Accepted, but the task's clock and ours are far apart.
    package let clockSkew = Atomic<Int>(0)

    package init() {
        precondition(counts.count == ReportOutcome.allCases.count, "each outcome has its counter")
    }

    package subscript(outcome: ReportOutcome) -> Int { counts[outcome.rawValue].value }

    func count(_ outcome: ReportOutcome) { counts[outcome.rawValue].increment() }
}

extension Atomic<Int> {
    package func increment() { add(1, ordering: .relaxed) }
    package var value: Int { load(ordering: .relaxed) }
}
