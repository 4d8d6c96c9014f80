import Telemetry
import Values

/// What is kept of one task.
struct TaskRecord: Sendable {
    /// What is done with the task's numbers.
    enum Place: Equatable, Sendable {
        case counted(TaskGroup)
        /// It reports, and has no value yet.
        case starting
        /// Its nginx does not answer, and nothing waits for it: its load is unknown.
        case down
        /// It is not one of the service's.
        case stranger
        /// It fell silent; what it last said no longer holds.
        case silent
        case gone
    }

    let arn: String
    private var bootID: UInt64
    /// The boot before this one: its late reports are old news.
    private var previousBootID: UInt64?
    private var sequence: UInt64
    let firstSeenAt: Instant
    /// When the task was last heard of: a report, or one that was told to wait.
    private(set) var heardAt: Instant
    /// When the last report with a value came.
    private(set) var valueAt: Instant
    private(set) var meter = TaskMeter()
    var standing: TaskStanding
    private(set) var isDraining: Bool
    private(set) var hasStarted = false
    /// Whether the task first reported within the warm-up.
    var isYoung = true
    /// Heard for less than `Limits.newcomerFor`, and not verified.
    private(set) var isNewcomer: Bool
    /// Counted with a value that is older than a silence may be.
    private(set) var isBlind = false
    var place = Place.starting
    /// Neighbours in the list that the record is in; -1 at its ends.
    var before = -1
    var after = -1

    init(_ report: Report, standing: TaskStanding, now: Instant) {
        arn = report.identity.taskARN
        bootID = report.bootID
        sequence = report.sequence
        firstSeenAt = now
        heardAt = now
        valueAt = now
        self.standing = standing
        isDraining = report.state == .draining
        isNewcomer = standing != .verified
        take(report, now: now, staleAfter: .zero)
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

    /// Whether this report shows the first request that the task serves.
    var startsNow: Bool {
        mutating get {
            guard !hasStarted, meter.hasServed else { return false }
            hasStarted = true
            return true
        }
    }

    mutating func note(_ report: Report, staleAfter: Duration, now: Instant) {
        if report.bootID != bootID {
            previousBootID = bootID
            bootID = report.bootID
        }
        sequence = report.sequence
        hear(now: now)
        isDraining = report.state == .draining
        take(report, now: now, staleAfter: staleAfter)
    }

    mutating func hear(now: Instant) {
        heardAt = now
        if standing == .verified || now - firstSeenAt >= Limits.newcomerFor { isNewcomer = false }
    }

    private mutating func take(_ report: Report, now: Instant, staleAfter: Duration) {
        if meter.take(report.windows) { valueAt = now }
        isBlind = now - valueAt > staleAfter
    }

    /// A task that drains, a stranger, and one that was heard for a moment only: when they fall
    /// silent, they are gone. While the service itself is new, all were heard for a moment.
    func saysNothingBySilence(isNew: Bool) -> Bool {
        isDraining || standing == .stranger || (isNewcomer && !isNew)
    }

    /// In place: to ask a record of the table, and write the answer, copies it with each report.
    mutating func takeHeardPlace(_ worth: TaskWorth) {
        place = heardPlace(worth)
    }

    /// Where the record belongs while it is heard.
    @inline(__always)
    private func heardPlace(_ worth: TaskWorth) -> Place {
        if standing == .stranger { return .stranger }
        if !meter.hasValue { return .starting }
        if meter.condition == .down { return .down }
        let role: TaskGroup.Role = isDraining ? .draining : isYoung ? .young : .mature
        return .counted(
            TaskGroup(role: role, word: meter.word(worth), isNewcomer: isNewcomer))
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
