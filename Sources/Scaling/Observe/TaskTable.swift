import Telemetry
import Values

/// The tasks of one service by what they last reported, with exact sums over the fresh ones.
///
/// O(1) a report: records stand in lists by age, so that time passing touches only the oldest. A
/// record moves
/// ```
///   (new) ──value──► fresh ──silent > staleAfter──► stale ──silent > forgetAfter──► (gone)
///     └──no value yet──────────────────────────────►  └──value──► fresh
///   any ──stopping──► (gone, remembered as drained)
/// ```
struct TaskTable: Sendable {
    private(set) var fresh = TaskList()
    private(set) var stale = TaskList()
    /// Sums over the fresh tasks, and over those of them that first reported within the warm-up.
    private(set) var load = TaskLoad()
    private(set) var youngLoad = TaskLoad()
    private(set) var youngCount = 0
    /// Tasks that reported for the first time, ever.
    private(set) var startedCount = 0
    private var records: [TaskRecord] = []
    private var freeSlots: [Int] = []
    private var slots: [String: Int] = [:]
    private var drained = DrainedTasks()
    /// Young records, oldest first; a slot may have gone to another task since.
    private var young: [(slot: Int, since: Instant)] = []
    private var youngHead = 0
    private var firstReportAt: Instant?
    /// Within the warm-up of the first report: then all tasks seem young.
    private(set) var isNew = true

    /// Takes a report in, after `expire(now:)` of the same instant.
    mutating func ingest(_ report: Report, now: Instant) -> IngestOutcome {
        let arn = report.identity.taskARN
        switch report.state {
        case .probe: return .probe
        case .stopping:
            drain(arn, boot: report.bootID, now: now)
            return .forgotten
        case .starting, .running, .draining: break
        }
        guard let slot = slots[arn] else { return add(report, now: now) }
        if let refusal = records[slot].refusal(of: report) { return refusal }
        renew(slot, with: report, now: now)
        return .accepted
    }

    /// Lets time pass: fresh records fall stale, stale ones are forgotten, young ones grow up.
    mutating func expire(now: Instant, policy: DataPolicy) {
        if let firstReportAt, isNew { isNew = now - firstReportAt <= policy.warmUp }
        while let slot = fresh.first, now - records[slot].valueAt > policy.staleAfter {
            leaveFresh(slot)
            stale.append(slot, to: &records)
        }
        while let slot = stale.first, now - records[slot].seenAt > policy.forgetAfter {
            stale.remove(slot, from: &records)
            release(slot)
        }
        while youngHead < young.count, now - young[youngHead].since > policy.warmUp {
            growUp(young[youngHead])
            youngHead += 1
        }
        if youngHead > 256 && youngHead * 2 > young.count {
            young.removeFirst(youngHead)
            youngHead = 0
        }
    }

    /// The task's report was not read, for want of time: it lives, and its last value holds on.
    mutating func heard(_ arn: String, now: Instant) {
        guard let slot = slots[arn], records[slot].isFresh else { return }
        records[slot].heard(now: now)
        fresh.remove(slot, from: &records)
        fresh.append(slot, to: &records)
    }

    private mutating func add(_ report: Report, now: Instant) -> IngestOutcome {
        let arn = report.identity.taskARN
        if drained.contains(arn, boot: report.bootID) { return .forgotten }
        guard slots.count < Limits.taskRecordsMax else { return .tooManyTasks }
        var record = TaskRecord(report, now: now)
        record.hasValue = record.take(report.windows, first: true)
        let slot = claim(record)
        slots[arn] = slot
        startedCount += 1
        if firstReportAt == nil { firstReportAt = now }
        young.append((slot, now))
        if record.hasValue {
            joinFresh(slot)
        } else {
            stale.append(slot, to: &records)
        }
        return .accepted
    }

    private mutating func renew(_ slot: Int, with report: Report, now: Instant) {
        let before = records[slot].load
        let wasFresh = records[slot].isFresh
        records[slot].note(report, now: now)
        let hasValue = records[slot].take(report.windows, first: !records[slot].hasValue)
        if hasValue {
            records[slot].valueAt = now
            records[slot].hasValue = true
        }
        switch (wasFresh, hasValue) {
        case (true, true):
            replace(before, with: records[slot].load, young: records[slot].isYoung)
            fresh.remove(slot, from: &records)
            fresh.append(slot, to: &records)
        case (true, false):
            // Its last value still holds, for as long as before.
            break
        case (false, true):
            stale.remove(slot, from: &records)
            joinFresh(slot)
        case (false, false):
            stale.remove(slot, from: &records)
            stale.append(slot, to: &records)
        }
    }

    private mutating func replace(_ before: TaskLoad, with after: TaskLoad, young: Bool) {
        load -= before
        load += after
        guard young else { return }
        youngLoad -= before
        youngLoad += after
    }

    private mutating func joinFresh(_ slot: Int) {
        fresh.append(slot, to: &records)
        records[slot].isFresh = true
        load += records[slot].load
        guard records[slot].isYoung else { return }
        youngLoad += records[slot].load
        youngCount += 1
    }

    private mutating func leaveFresh(_ slot: Int) {
        fresh.remove(slot, from: &records)
        records[slot].isFresh = false
        load -= records[slot].load
        guard records[slot].isYoung else { return }
        youngLoad -= records[slot].load
        youngCount -= 1
    }

    private mutating func growUp(_ entry: (slot: Int, since: Instant)) {
        guard records[entry.slot].firstSeenAt == entry.since, records[entry.slot].isYoung else {
            return
        }
        records[entry.slot].isYoung = false
        guard records[entry.slot].isFresh else { return }
        youngLoad -= records[entry.slot].load
        youngCount -= 1
    }

    private mutating func drain(_ arn: String, boot: UInt64, now: Instant) {
        drained.insert(arn, boot: boot, now: now)
        guard let slot = slots[arn], !records[slot].hasMovedOn(from: boot) else { return }
        if records[slot].isFresh { leaveFresh(slot) } else { stale.remove(slot, from: &records) }
        release(slot)
    }

    private mutating func claim(_ record: TaskRecord) -> Int {
        if let slot = freeSlots.popLast() {
            records[slot] = record
            return slot
        }
        records.append(record)
        return records.count - 1
    }

    private mutating func release(_ slot: Int) {
        slots[records[slot].arn] = nil
        freeSlots.append(slot)
    }
}
