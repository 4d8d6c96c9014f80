import Synchronization

/// What became of the requests that brought reports, since the start; counted without a lock.
package final class IngestCounters: Sendable {
    package let accepted = Atomic<Int>(0)
    package let duplicate = Atomic<Int>(0)
    package let reordered = Atomic<Int>(0)
    package let forgotten = Atomic<Int>(0)
    package let probe = Atomic<Int>(0)
    package let unresolved = Atomic<Int>(0)
    package let notConfigured = Atomic<Int>(0)
    package let foreignSender = Atomic<Int>(0)
    package let foreignToken = Atomic<Int>(0)
    package let tooManyTasks = Atomic<Int>(0)
    package let sequenceJump = Atomic<Int>(0)
    package let shed = Atomic<Int>(0)
    /// Accepted, but the task's clock and ours are far apart.
    package let clockSkew = Atomic<Int>(0)
    package let tooManyUnresolved = Atomic<Int>(0)
    package let unauthorized = Atomic<Int>(0)
    package let invalid = Atomic<Int>(0)

    package init() {}

    /// Each with its name, for metrics.
    package var all: [(outcome: String, count: Int)] {
        [
            ("accepted", accepted.value), ("duplicate", duplicate.value),
            ("reordered", reordered.value), ("forgotten", forgotten.value),
            ("probe", probe.value), ("unresolved", unresolved.value),
            ("not_configured", notConfigured.value), ("foreign_sender", foreignSender.value),
            ("foreign_token", foreignToken.value), ("too_many_tasks", tooManyTasks.value),
            ("too_many_unresolved", tooManyUnresolved.value),
            ("sequence_jump", sequenceJump.value), ("shed", shed.value),
            ("unauthorized", unauthorized.value), ("invalid", invalid.value),
        ]
    }
}

extension Atomic<Int> {
    package func increment() { add(1, ordering: .relaxed) }
    package var value: Int { load(ordering: .relaxed) }
}
