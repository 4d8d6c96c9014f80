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
        var busyWork: Double
        var silentShare: Double
        var isDeploying: Bool
        var reportsCome: Bool
        var writesWork: Bool
    }

    private let script: Script
    private(set) var violation: Violation?
    private var needs: [(second: Double, tasks: Double)] = []
    private var needsHead = 0
    private var looked: (second: Double, desired: Int)?
    private var raisedByOthers: (second: Double, count: Int)?
    private var zeroedAt: Double?
    private var deployingSince: Double?
    private var silentSince: Double?
    private var pausedSince: Double?
    var bornAt = 0.0
    private var belowMinSince: Double?
    private var shortSince: Double?
    private var aboveMaxSince: Double?
    private var directions: [(second: Double, isRaise: Bool)] = []
    private var written = 0
    private var announced = 0

    init(_ script: Script) {
        self.script = script
    }

    private var policy: ScalingPolicy { script.policy }

    private mutating func fail(_ rule: String, _ second: Double, _ words: String) {
        if violation == nil { violation = Violation(rule: rule, second: second, words: words) }
    }

    // MARK: What happened

    mutating func saw(_ description: ServiceDescription, askedAt second: Double) {
        looked = (second, description.desiredCount)
    }

    mutating func foreign(from: Int, to: Int, second: Double) {
        if to > from { raisedByOthers = (second, to) } else { raisedByOthers = nil }
        zeroedAt = to == 0 ? second : nil
    }

    mutating func paused(_ isPaused: Bool, second: Double) {
        pausedSince = isPaused ? pausedSince ?? second : nil
    }

    mutating func announced(_ announcement: Announcement, second: Double) {
        guard case .scaled = announcement else { return }
        announced += 1
        if announced > written { fail("a message twice", second, "\(announced) for \(written)") }
    }

    // MARK: A write

    /// Our write of `count`, as ECS takes it.
    mutating func wrote(_ count: Int, _ truth: Truth, _ incidents: [Incident]) {
        written += 1
        let (second, have) = (truth.second, truth.desired)
        let shown = min(have, looked?.desired ?? have)
        if count < shown { lowered(to: count, from: have, truth, incidents) }
        if count > have { raised(to: count, from: have, truth) }
        if count < policy.minTasks { fail("below min", second, "\(have) -> \(count)") }
        if count > policy.maxTasks, count > have {
            fail("above max", second, "\(have) -> \(count)")
        }
        if let zeroedAt, second - zeroedAt > 10, count > 0, shown == 0 {
            fail("0 did not stay", second, "0 -> \(count)")
        }
        if count != have { directions.append((second, count > have)) }
    }

    private mutating func raised(to count: Int, from have: Int, _ truth: Truth) {
        let recent = highestNeed(since: truth.second - 600)
        let leaked = script.incidents.filter { $0.kind == .leakedGauge && $0.begin < truth.second }
            .reduce(0) { $0 + $1.size }
        let least = Double(max(policy.minTasks, 1))
        let most = 2.5 * max(recent, least) + 12 + 1.5 * truth.busyWork + leaked
        if Double(count) > most {
            fail("raised far above need", truth.second, "\(have) -> \(count), need \(recent)")
        }
    }

    private mutating func lowered(
        to count: Int, from have: Int, _ truth: Truth, _ incidents: [Incident]
    ) {
        let second = truth.second
        let change = "\(have) -> \(count)"
        func on(_ kind: Incident.Kind, since: Double) -> Incident? {
            incidents.first { $0.kind == kind && $0.isOn(second) && second - $0.begin > since }
        }
        if !policy.scaleIn.enabled { fail("lowered with scale-in off", second, change) }
        if count == 0 { fail("took the last task", second, change) }
        if let deployingSince, truth.isDeploying, second - deployingSince > 45 {
            fail("lowered in a deployment", second, change)
        }
        if second - (looked?.second ?? -1_000) > 17 {
            fail("lowered on old counts", second, change)
        }
        if policy.usesCPU, let unknown = on(.usageUnknown, since: 15), unknown.size == 1 {
            fail("lowered on an unknown metric", second, change)
        }
        if truth.silentShare >= 0.11, let silentSince, second - silentSince > 10 {
            fail("lowered with a tenth of the tasks silent", second, change)
        }
        if second - bornAt < policy.scaleIn.afterRestart.seconds - 1 {
            fail("lowered after a restart", second, change)
        }
        if let pausedSince, second - pausedSince > 3 { fail("lowered in a pause", second, change) }
        let window = policy.stabilization.seconds
        let need = min(Double(policy.maxTasks), highestNeed(since: second - window + 3) * 0.8 - 0.5)
        if Double(count) < need { fail("lowered below need", second, "\(change), need \(need)") }
        if let raised = raisedByOthers, second - raised.second < window - 2,
            let looked, looked.second > raised.second, count < raised.count
        {
            fail("lowered what somebody raised", second, "\(change), set \(raised.count)")
        }
        if let gone = on(.vanish, since: 3), second - gone.begin < 180, script.meanTasks > 3,
            gone.begin - bornAt > 120, truth.busyWork < highestNeed(since: gone.begin - 30) * 0.05
        {
            fail("lowered when all load vanished", second, change)
        }
    }

    private func highestNeed(since second: Double) -> Double {
        var highest = 0.0
        for need in needs[needsHead...].reversed() {
            if need.second < second { break }
            highest = max(highest, need.tasks)
        }
        return highest
    }

    // MARK: Each step

    mutating func step(
        _ truth: Truth, holds: @autoclosure () -> [ControlHold], _ incidents: [Incident]
    ) {
        let second = truth.second
        needs.append((second, truth.work))
        while needsHead < needs.count, needs[needsHead].second < second - 1_000 { needsHead += 1 }
        if needsHead > 4_096 {
            needs.removeFirst(needsHead)
            needsHead = 0
        }
        deployingSince = truth.isDeploying ? deployingSince ?? second : nil
        silentSince = truth.silentShare >= 0.1 ? silentSince ?? second : nil
        checkMin(truth)
        checkDemand(truth, incidents)
        checkTold(truth, holds)
        checkFlapping(second, incidents)
    }

    private mutating func checkMin(_ truth: Truth) {
        let isLow = truth.desired < policy.minTasks && zeroedAt == nil && truth.writesWork
        belowMinSince = isLow ? belowMinSince ?? truth.second : nil
        if let since = belowMinSince, truth.second - since > 90 {
            fail("min not reached", truth.second, "\(truth.desired) for 90 s")
        }
    }

    private mutating func checkDemand(_ truth: Truth, _ incidents: [Incident]) {
        // A task serves twice its target: below that customers wait, above it headroom is missing.
        let isUrgent = truth.work * 0.55 > Double(truth.desired)
        let wanted = min(truth.work * 0.95, Double(policy.maxTasks))
        let isShort =
            wanted > Double(truth.desired) && truth.writesWork && truth.reportsCome
            && zeroedAt == nil
        shortSince = isShort ? shortSince ?? truth.second : nil
        let bound = isUrgent && policy.scaleOut.limit.percent == nil ? 150.0 : 420
        guard let since = shortSince, truth.second - since > bound + failingBound(truth) else {
            return
        }
        fail(
            "demand not answered", truth.second,
            "\(truth.desired) desired, worth \(Int(truth.work * 10) / 10) since \(Int(since)) s")
    }

    /// Starts that fail hold a raise for two timeouts at most.
    private func failingBound(_ truth: Truth) -> Double {
        truth.running < truth.desired ? 2 * policy.scaleOut.startTimeout.seconds : 0
    }

    private mutating func checkTold(_ truth: Truth, _ holds: () -> [ControlHold]) {
        let isCapped = truth.work > Double(policy.maxTasks) + 1 && truth.reportsCome
        let isAtMax = isCapped && truth.desired == policy.maxTasks
        aboveMaxSince = isAtMax ? aboveMaxSince ?? truth.second : nil
        guard let since = aboveMaxSince, truth.second - since > 180 else { return }
        if !holds().contains(.atMax) { fail("at max, and not told", truth.second, "for 180 s") }
    }

    private mutating func checkFlapping(_ second: Double, _ incidents: [Incident]) {
        guard directions.count > 8 else { return }
        directions.removeAll { second - $0.second > 3_600 }
        let isCalm = !incidents.contains { $0.begin < second && second - $0.end < 3_600 }
        guard isCalm, script.swing == 0 else { return }
        let turns = zip(directions, directions.dropFirst()).count { $0.isRaise != $1.isRaise }
        if turns > 8 { fail("flapping", second, "\(turns) turns in an hour of constant load") }
    }
}

extension ScalingPolicy {
    fileprivate var usesCPU: Bool {
        if case .target(let targets) = rule {
            targets.contains { $0.metric == .cpu }
        } else {
            false
        }
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
