import Telemetry
import Values

/// The tasks of one service by what they last reported, with exact sums over those that count.
///
/// O(1) a report: records stand in lists by when they were last heard, so that time passing touches
/// only the oldest. A record moves
/// ```
///   (new) ──► heard ──silent > staleAfter──► silent ──silent > forgetAfter──► (gone)
///               ▲    └─ of little weight ──► (gone)    │
///               └───────────── heard again ────────────┘
///   any ──stopping──► (gone, remembered as drained)
/// ```
/// and is, while it is heard, counted, starting, down or a stranger (`TaskRecord.Place`). Heard is
/// a task whose report came, whether its nginx answers or not, and one that was asked to wait.
struct TaskTable: Sendable {
    let worth: TaskWorth
    private let data: DataPolicy
    private var heardList = TaskList()
    private(set) var silent = TaskList()
    private(set) var sums = FleetSums()
    private(set) var starting = 0
    private(set) var down = 0
    private(set) var strangers = 0
    /// Counted tasks whose value is old, and those whose agent calls them saturated.
    private(set) var blind = 0
    private(set) var saturated = 0
    /// Saturated tasks whose nginx does not answer at all.
    private(set) var unanswering = 0
    /// Tasks that were seen to serve their first request, ever.
    private(set) var startedCount = 0
    private(set) var records: [TaskRecord] = []
    private var freeSlots: [Int] = []
    private var slots: [String: Int] = [:]
    private var drained = DrainedTasks()
    /// Young records, oldest first; a slot may have gone to another task since.
    private var young: [(slot: Int, since: Instant)] = []
    private var youngHead = 0
    private var firstReportAt: Instant?
    /// Within the warm-up of the first report: then all tasks seem young.
    private(set) var isNew = true

    init(worth: TaskWorth, data: DataPolicy) {
        self.worth = worth
        self.data = data
    }

    /// Tasks that serve, or will.
    var reporting: Int { sums.established + sums.newcomers + starting + down }

    /// Tasks that ECS runs, that never reported.
    func missing(_ counts: ServiceCounts) -> Int {
        let heard = sums.serving(newcomersCount: hasRoomForNewcomers(counts)) + starting + down
        let unheard = max(0, counts.runningCount - heard)
        return unheard - min(silent.count, unheard)
    }

    /// Whether those heard for a moment are tasks that ECS runs or starts, and not invented.
    func hasRoomForNewcomers(_ counts: ServiceCounts?) -> Bool {
        guard sums.newcomers > 0, let counts else { return true }
        let room = max(counts.runningCount + counts.pendingCount, counts.desiredCount)
        let isDoubled = counts.deploymentInProgress || sums.established == 0
        return sums.established + sums.newcomers <= (isDoubled ? 2 * room : room)
    }

    // MARK: What comes in

    /// Takes a report in, after `expire(now:)` of the same instant.
    mutating func ingest(
        _ report: Report, standing: TaskStanding, now: Instant
    ) -> IngestOutcome {
        let arn = report.identity.taskARN
        switch report.state {
        case .probe: return .probe
        case .stopping:
            stop(arn, boot: report.bootID, now: now)
            return .forgotten
        case .starting, .running, .draining: break
        }
        guard let slot = slots[arn] else { return add(report, standing: standing, now: now) }
        if let refusal = records[slot].refusal(of: report) { return refusal }
        let before = share(of: slot)
        if standing != .unverified { records[slot].standing = standing }
        records[slot].note(report, staleAfter: data.staleAfter, now: now)
        move(slot, from: before)
        return .accepted
    }

    /// A known task was heard, though its report was not read: an agent that is asked to wait.
    mutating func hear(_ arn: String, now: Instant) {
        guard let slot = slots[arn] else { return }
        let before = share(of: slot)
        records[slot].hear(now: now)
        move(slot, from: before)
    }

    /// Lets time pass: heard records fall silent, silent ones are forgotten, young ones grow up.
    mutating func expire(now: Instant) {
        if let firstReportAt, isNew { isNew = now - firstReportAt <= data.warmUp }
        while let slot = heardList.first, now - records[slot].heardAt > data.staleAfter {
            silence(slot)
        }
        while let slot = silent.first, now - records[slot].heardAt > data.forgetAfter {
            release(slot)
        }
        while youngHead < young.count, now - young[youngHead].since > data.warmUp {
            growUp(young[youngHead])
            youngHead += 1
        }
        if youngHead > 256 && youngHead * 2 > young.count {
            young.removeFirst(youngHead)
            youngHead = 0
        }
    }

    // MARK: Moving

    private mutating func add(
        _ report: Report, standing: TaskStanding, now: Instant
    ) -> IngestOutcome {
        if drained.contains(report.identity.taskARN, boot: report.bootID) { return .forgotten }
        guard slots.count < Limits.taskRecordsMax || makeRoom() else { return .tooManyTasks }
        let slot = claim(TaskRecord(report, standing: standing, now: now))
        slots[records[slot].arn] = slot
        if firstReportAt == nil { firstReportAt = now }
        young.append((slot, now))
        heardList.append(slot, to: &records)
        enter(slot)
        return .accepted
    }

    /// A full table is a flood of invented tasks, which report once or twice. Whoever is silent
    /// goes, then whoever was heard longest ago among those never heard for long: real tasks report
    /// each second, so that they are not among the first.
    private mutating func makeRoom() -> Bool {
        if let slot = silent.first {
            release(slot)
            return true
        }
        var candidate = heardList.first
        for _ in 0..<Limits.evictionSearchMax {
            guard let slot = candidate else { return false }
            if records[slot].isNewcomer {
                release(slot)
                return true
            }
            candidate = records[slot].after >= 0 ? records[slot].after : nil
        }
        return false
    }

    private mutating func move(_ slot: Int, from before: Share) {
        if before.place == .silent {
            silent.remove(slot, from: &records)
        } else {
            heardList.remove(slot, from: &records)
        }
        heardList.append(slot, to: &records)
        count(before, by: -1)
        enter(slot)
    }

    /// Counts a heard record in its place.
    private mutating func enter(_ slot: Int) {
        records[slot].takeHeardPlace(worth)
        count(share(of: slot), by: 1)
        if records[slot].startsNow { startedCount += 1 }
    }

    private mutating func leave(_ slot: Int) {
        count(share(of: slot), by: -1)
    }

    private mutating func silence(_ slot: Int) {
        if records[slot].saysNothingBySilence(isNew: isNew) { return release(slot) }
        leave(slot)
        heardList.remove(slot, from: &records)
        records[slot].place = .silent
        silent.append(slot, to: &records)
    }

    private mutating func stop(_ arn: String, boot: UInt64, now: Instant) {
        drained.insert(arn, boot: boot, now: now)
        guard let slot = slots[arn], !records[slot].hasMovedOn(from: boot) else { return }
        release(slot)
    }

    private mutating func release(_ slot: Int) {
        if records[slot].place == .silent {
            silent.remove(slot, from: &records)
        } else {
            leave(slot)
            heardList.remove(slot, from: &records)
        }
        records[slot].place = .gone
        slots[records[slot].arn] = nil
        freeSlots.append(slot)
    }

    private mutating func growUp(_ entry: (slot: Int, since: Instant)) {
        let slot = entry.slot
        guard records[slot].firstSeenAt == entry.since, records[slot].isYoung else { return }
        let before = share(of: slot)
        records[slot].isYoung = false
        guard case .counted = before.place else { return }
        count(before, by: -1)
        enter(slot)
    }

    private mutating func claim(_ record: TaskRecord) -> Int {
        if let slot = freeSlots.popLast() {
            records[slot] = record
            return slot
        }
        records.append(record)
        return records.count - 1
    }

    // MARK: Counting

    /// What a record adds to the sums.
    private struct Share {
        var place: TaskRecord.Place
        var load: TaskLoad
        var blind: Int
        var saturated: Int
        var unanswering: Int
    }

    /// Without a copy of the record: this is asked twice a report.
    private func share(of slot: Int) -> Share {
        let place = records[slot].place
        guard case .counted = place else {
            return Share(place: place, load: TaskLoad(), blind: 0, saturated: 0, unanswering: 0)
        }
        let isSaturated = records[slot].meter.isSaturated
        return Share(
            place: place, load: records[slot].meter.load, blind: records[slot].isBlind ? 1 : 0,
            saturated: isSaturated ? 1 : 0,
            unanswering: isSaturated && !records[slot].meter.answers ? 1 : 0)
    }

    private mutating func count(_ share: Share, by step: Int) {
        switch share.place {
        case .counted(let group):
            if step > 0 {
                sums.add(share.load, to: group)
            } else {
                sums.remove(share.load, from: group)
            }
            blind += step * share.blind
            saturated += step * share.saturated
            unanswering += step * share.unanswering
        case .starting: starting += step
        case .down: down += step
        case .stranger: strangers += step
        case .silent, .gone: break
        }
    }
}
