import Control
import Scaling

/// Holds the truth of a world against what was written, and says what must never be.
///
/// Each rule allows for what nobody can know: UpdateService has no condition, so a change that
/// somebody else made after our last look is not ours to heed.
struct Judge: Sendable {
    /// The truth at one moment.
    struct Truth: Sendable {
        var second: Double
        var desired: Int
        var running: Int
        /// Tasks' worth of what arrives, and of all that is in service.
        var work: Double
        /// Of the work, what anybody can know.
        var knowable: Double
        var busyWork: Double
        var silentShare: Double
        var isDeploying: Bool
        var isFailedDeployment = false
        var reportsCome: Bool
        var writesWork: Bool
    }

    let script: Script
    private(set) var violation: Violation?
    private var needs: [(second: Double, tasks: Double)] = []
    private var needsHead = 0
    /// What was desired, while it was.
    private var counts: [(second: Double, desired: Int)] = []
    var looked: (second: Double, desired: Int)?
    var raisedByOthers: (second: Double, count: Int)?
    var foreignAt = -10_000.0
    private(set) var zeroedAt: Double?
    private(set) var deployingSince: Double?
    private(set) var silentSince: Double?
    private(set) var pausedSince: Double?
    private(set) var raisesPausedSince: Double?
    private(set) var bornAt = 0.0
    /// What ran when the aggregator started, and when all agents were heard again.
    var found: (second: Double, count: Int)?
    var lastWrite: (second: Double, count: Int, isSure: Bool)?
    var raisedAt = -10_000.0
    var panicAt = -10_000.0
    var loweredAt = -10_000.0
    var undone: [Double] = []
    var since: [String: Double] = [:]
    private var directions: [(second: Double, isRaise: Bool)] = []
    private var written = 0
    private var scaledMessages = 0
    private var held: Set<ControlHold> = []
    /// When each hold was last announced.
    private(set) var toldAt: [ControlHold: Double] = [:]

    init(_ script: Script) {
        self.script = script
    }

    var policy: ScalingPolicy { script.policy }

    mutating func fail(_ rule: String, _ second: Double, _ words: String) {
        if violation == nil { violation = Violation(rule: rule, second: second, words: words) }
    }

    // MARK: What happened

    mutating func saw(_ description: ServiceDescription, askedAt second: Double) {
        looked = (second, description.desiredCount)
    }

    mutating func foreign(from: Int, to: Int, second: Double) {
        if to > from {
            raisedByOthers = (second, to)
            if second - loweredAt < 600 {
                undone.append(second)
                loweredAt = -10_000
            }
        } else {
            raisedByOthers = nil
        }
        foreignAt = second
        lastWrite = nil
        zeroedAt = to == 0 ? second : nil
    }

    mutating func paused(_ isPaused: Bool, raises: Bool, second: Double) {
        pausedSince = isPaused ? pausedSince ?? second : nil
        raisesPausedSince = raises ? raisesPausedSince ?? second : nil
    }

    mutating func born(at second: Double, desired: Int) {
        bornAt = second
        found = (second, desired)
        held = []
        toldAt = [:]
        lastWrite = nil
    }

    mutating func announced(_ announcement: Announcement, second: Double) {
        switch announcement {
        case .scaled:
            scaledMessages += 1
            if scaledMessages > written {
                fail("a message twice", second, "\(scaledMessages) for \(written)")
            }
        case .overridden: break
        case .held(let notice) where notice.isOver:
            if held.remove(notice.hold) == nil {
                fail("a hold ended twice", second, notice.hold.rawValue)
            }
        case .held(let notice):
            toldAt[notice.hold] = second
            if !held.insert(notice.hold).inserted {
                fail("a hold announced twice", second, notice.hold.rawValue)
            }
        }
    }

    // MARK: A write

    /// Our write of `count`, as ECS takes it; without an answer nobody knows that it does.
    mutating func wrote(
        _ count: Int, _ truth: Truth, _ incidents: [Incident], isAnswered: Bool = true
    ) {
        written += 1
        let (second, have) = (truth.second, truth.desired)
        let shown = min(have, looked?.desired ?? have)
        if count < shown { lowered(to: count, from: have, truth, incidents) }
        if count > have { raised(to: count, from: have, truth, incidents) }
        let least = min(script.minTasks(at: second), script.minTasks(at: second - 5))
        if count < least { fail("below min", second, "\(have) -> \(count)") }
        if count > policy.maxTasks, count > have {
            fail("above max", second, "\(have) -> \(count)")
        }
        if let zeroedAt, second - zeroedAt > 10, count > 0, shown == 0 {
            fail("0 did not stay", second, "0 -> \(count)")
        }
        if let last = lastWrite, last.isSure, last.count == count, have == count {
            fail("wrote again what was in force", second, "\(count)")
        }
        lastWrite = (second, count, isAnswered)
        if count != have { directions.append((second, count > have)) }
        if count < have { loweredAt = second }
        if count > have { raisedAt = second }
    }

    // MARK: What was

    func highestNeed(since second: Double) -> Double {
        var highest = 0.0
        for need in needs[needsHead...].reversed() {
            if need.second < second { break }
            highest = max(highest, need.tasks)
        }
        return highest
    }

    /// What was desired then.
    func desired(at second: Double) -> Int {
        counts.last { $0.second <= second }?.desired ?? counts.first?.desired ?? 0
    }

    /// All that was desired around a minute ago, when a limit's period began.
    func desiredAMinuteAgo(_ second: Double) -> [Int] {
        let (begin, end) = (second - 63, second - 57)
        return counts.filter { $0.second > begin && $0.second < end }.map(\.desired)
            + [desired(at: begin)]
    }

    // MARK: Each step

    mutating func step(
        _ truth: Truth, holds: @autoclosure () -> [ControlHold], _ incidents: [Incident]
    ) {
        let second = truth.second
        needs.append((second, truth.knowable))
        while needsHead < needs.count, needs[needsHead].second < second - 1_000 { needsHead += 1 }
        if needsHead > 4_096 {
            needs.removeFirst(needsHead)
            needsHead = 0
        }
        if counts.last?.desired != truth.desired { counts.append((second, truth.desired)) }
        if counts.count > 256 { counts.removeFirst(128) }
        if truth.busyWork > 1.8 * Double(min(truth.running, truth.desired)) { panicAt = second }
        deployingSince = truth.isDeploying ? deployingSince ?? second : nil
        noteSilence(truth)
        checkReached(truth, incidents)
        checkTold(truth, holds, incidents)
        checkFlapping(second, incidents)
    }

    private mutating func noteSilence(_ truth: Truth) {
        // What is wanted after a silence is not known: the window begins with what runs.
        if truth.silentShare == 1 {
            since["all silent", default: truth.second] = since["all silent"] ?? truth.second
        } else if let begin = since.removeValue(forKey: "all silent"), truth.second - begin > 75 {
            found = (truth.second, truth.desired)
        }
        silentSince = truth.silentShare >= 0.1 ? silentSince ?? truth.second : nil
    }

    private mutating func checkFlapping(_ second: Double, _ incidents: [Incident]) {
        guard directions.count > 12 else { return }
        directions.removeAll { second - $0.second > 3_600 }
        let isCalm = !incidents.contains { $0.begin < second && second - $0.end < 3_600 }
        guard isCalm, script.swing == 0 else { return }
        let turns = zip(directions, directions.dropFirst()).count { $0.isRaise != $1.isRaise }
        if turns > 12 { fail("flapping", second, "\(turns) turns in an hour of constant load") }
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
