import Telemetry

/// The tasks of one service by what they last reported, with exact sums over the fresh ones.
///
/// O(1) a report: records stand in two lists by age, so that time passing touches only the
/// oldest. A record moves
/// ```
///   (new) ──value──► fresh ──silent > staleAfter──► stale ──silent > forgetAfter──► (gone)
///     └──no value yet──────────────────────────────►  └──value──► fresh
///   any ──draining──► (gone, remembered as drained)
/// ```
struct TaskTable: Sendable {
    private(set) var fresh = TaskList()
    private(set) var stale = TaskList()
    /// Sums over the fresh tasks.
    private(set) var load = TaskLoad()
    private var records: [TaskRecord] = []
    private var freeSlots: [Int] = []
    private var slots: [String: Int] = [:]
    private var drained = DrainedTasks()

    /// When the youngest task first reported.
    private(set) var newestTaskAt: Instant?

    var isEmpty: Bool { fresh.count + stale.count == 0 }

    /// Takes a report in, after `expire(now:)` of the same instant.
    mutating func ingest(_ report: Report, now: Instant) -> IngestOutcome {
        let arn = report.identity.taskARN
        switch report.state {
        case .probe: return .probe
        case .draining:
            drain(arn, boot: report.bootID, now: now)
            return .forgotten
        case .running: break
        }
        guard let slot = slots[arn] else { return add(report, now: now) }
        if let refusal = records[slot].refusal(of: report) { return refusal }
        renew(slot, with: report, now: now)
        return .accepted
    }

    /// Lets time pass: fresh records fall stale, stale ones are forgotten.
    mutating func expire(now: Instant, policy: DataPolicy) {
        while let slot = fresh.first, now - records[slot].valueAt > policy.staleAfter {
            fresh.remove(slot, from: &records)
            load -= records[slot].load
            records[slot].isFresh = false
            stale.append(slot, to: &records)
        }
        while let slot = stale.first, now - records[slot].seenAt > policy.forgetAfter {
            stale.remove(slot, from: &records)
            release(slot)
        }
    }

    private mutating func add(_ report: Report, now: Instant) -> IngestOutcome {
        let arn = report.identity.taskARN
        if drained.contains(arn, boot: report.bootID) { return .forgotten }
        guard slots.count < Limits.taskRecordsMax else { return .tooManyTasks }
        var record = TaskRecord(report, now: now)
        let hasValue = record.load.take(report.windows, first: true)
        record.isFresh = hasValue
        record.hasValue = hasValue
        let slot = claim(record)
        slots[arn] = slot
        newestTaskAt = now
        if hasValue {
            load += record.load
            fresh.append(slot, to: &records)
        } else {
            stale.append(slot, to: &records)
        }
        return .accepted
    }

    private mutating func renew(_ slot: Int, with report: Report, now: Instant) {
        let before = records[slot]
        var record = before
        record.note(report, now: now)
        let hadValue = record.hasValue
        let hasValue = record.load.take(report.windows, first: !hadValue)
        if hasValue {
            record.valueAt = now
            record.hasValue = true
        }
        if before.isFresh {
            load -= before.load
            load += record.load
        } else if hasValue {
            load += record.load
            record.isFresh = true
        }
        records[slot] = record
        if before.isFresh && hasValue {
            fresh.remove(slot, from: &records)
            fresh.append(slot, to: &records)
        } else if !before.isFresh {
            stale.remove(slot, from: &records)
            if hasValue {
                fresh.append(slot, to: &records)
            } else {
                stale.append(slot, to: &records)
            }
        }
    }

    private mutating func drain(_ arn: String, boot: UInt64, now: Instant) {
        drained.insert(arn, boot: boot, now: now)
        guard let slot = slots[arn], !records[slot].hasMovedOn(from: boot) else { return }
        if records[slot].isFresh {
            load -= records[slot].load
            fresh.remove(slot, from: &records)
        } else {
            stale.remove(slot, from: &records)
        }
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
