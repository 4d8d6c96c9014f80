import Telemetry
import Values

/// What is kept of one task.
struct TaskRecord: Sendable {
    let arn: String
    private var bootID: UInt64
    /// The boot before this one: its late reports are old news.
    private var previousBootID: UInt64?
    private var sequence: UInt64
    let firstSeenAt: Instant
    /// When the last report came.
    private(set) var seenAt: Instant
    /// When the last report with a gauge came.
    var valueAt: Instant
    var hasValue: Bool
    var load = TaskLoad()
    private var leak = TaskLeak()
    private var usage = TaskUsage()
    /// Whether the task first reported within the warm-up.
    var isYoung = true
    var isFresh = false
    /// Neighbours in the list that the record is in; -1 at its ends.
    var before = -1
    var after = -1

    init(_ report: Report, now: Instant) {
        arn = report.identity.taskARN
        bootID = report.bootID
        sequence = report.sequence
        firstSeenAt = now
        seenAt = now
        valueAt = now
        hasValue = false
    }

    /// Why a report is not news; `nil` when it is.
    func refusal(of report: Report) -> IngestOutcome? {
        if report.bootID == previousBootID { return .reordered }
        guard report.bootID == bootID else { return nil }
        if report.sequence == sequence { return .duplicate }
        if report.sequence < sequence { return .reordered }
        return report.sequence - sequence > Limits.sequenceJumpMax ? .sequenceJump : nil
    }

    /// Whether the task's agent started again since that boot.
    func hasMovedOn(from boot: UInt64) -> Bool {
        boot == previousBootID
    }

    /// Takes in windows; false when none of them has a gauge, and then the load is as before.
    mutating func take(_ windows: [Window], first: Bool) -> Bool {
        usage.take(windows)
        guard load.take(windows, first: first, leak: &leak) else { return false }
        load.note(usage)
        return true
    }

    /// Without a new value: the last one holds on.
    mutating func heard(now: Instant) {
        seenAt = now
        valueAt = now
    }

    mutating func note(_ report: Report, now: Instant) {
        if report.bootID != bootID {
            previousBootID = bootID
            bootID = report.bootID
        }
        sequence = report.sequence
        seenAt = now
    }
}

/// A list through the records of a table, oldest first.
struct TaskList: Sendable {
    private var head = -1
    private var tail = -1
    private(set) var count = 0

    var first: Int? { head >= 0 ? head : nil }

    mutating func append(_ slot: Int, to records: inout [TaskRecord]) {
        records[slot].before = tail
        records[slot].after = -1
        if tail >= 0 { records[tail].after = slot } else { head = slot }
        tail = slot
        count += 1
    }

    mutating func remove(_ slot: Int, from records: inout [TaskRecord]) {
        let (before, after) = (records[slot].before, records[slot].after)
        if before >= 0 { records[before].after = after } else { head = after }
        if after >= 0 { records[after].before = before } else { tail = before }
        count -= 1
    }
}
