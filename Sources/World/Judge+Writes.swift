import Control
import Scaling

// What a write must never be.
extension Judge {
    mutating func raised(
        to count: Int, from have: Int, _ truth: Truth, _ incidents: [Incident]
    ) {
        let second = truth.second
        let change = "\(have) -> \(count)"
        let recent = highestNeed(since: second - 600)
        let leaked = incidents.filter { $0.kind == .leakedGauge && $0.begin < second }
            .reduce(0) { $0 + $1.size }
        let least = Double(max(policy.minTasks, script.hourly?.tasks ?? 0, 1))
        let most = 2.5 * max(recent, least) + 12 + 1.5 * truth.busyWork + leaked
        if Double(count) > most {
            fail("raised far above need", second, "\(change), need \(recent)")
        }
        if let since = raisesPausedSince, second - since > 3 {
            fail("raised in a pause", second, change)
        }
        checkStall(to: count, change, recent, truth, incidents)
        // A person's or a schedule's change is no growth of ours, and a restart forgets.
        let isOurs = second - foreignAt > 70 && second - bornAt > 70
        guard isOurs, count > script.minTasks(at: second) else { return }
        if let percent = policy.scaleOut.limit.percent {
            let begin = Double(desiredAMinuteAgo(second).max() ?? 0)
            let lowest = max(begin, Double(script.hourly?.tasks ?? 0))
            if Double(count) > lowest + max(1, (lowest * percent / 100).rounded(.up)) {
                fail("raised faster than the limit", second, change)
            }
        }
        let cooldown = policy.scaleOut.cooldown.seconds
        if second - raisedAt < cooldown - 3, second - panicAt > policy.panic.hold.seconds + 5,
            script.hourly == nil
        {
            fail("raised in the cooldown", second, change)
        }
    }

    /// A stall brings no more arrivals: more tasks would not end it.
    private mutating func checkStall(
        to count: Int, _ change: String, _ need: Double, _ truth: Truth, _ incidents: [Incident]
    ) {
        let around = incidents.filter {
            $0.kind.changesLoad && $0.begin < truth.second && truth.second < $0.end + 600
        }
        guard around.count == 1, let stall = around.first, stall.kind == .stall,
            stall.end - stall.begin <= 1, truth.second - stall.begin < 3, need > 1,
            script.swing == 0, truth.running >= truth.desired
        else { return }
        if Double(count) > 1.6 * need + 3 { fail("raised in a stall", truth.second, change) }
    }

    mutating func lowered(
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
        // Few do not speak for all.
        if policy.usesUsage, let unknown = on(.usageUnknown, since: 15), unknown.size >= 0.95,
            truth.running >= 8 || unknown.size == 1
        {
            fail("lowered on an unknown metric", second, change)
        }
        if truth.silentShare >= 0.11, let silentSince, second - silentSince > 10 {
            fail("lowered with a tenth of the tasks silent", second, change)
        }
        if on(.saturatedTask, since: 4) != nil, on(.freeze, since: 0) == nil {
            fail("lowered with a saturated task", second, change)
        }
        if second - bornAt < policy.scaleIn.afterRestart.seconds - 1 {
            fail("lowered after a restart", second, change)
        }
        if let pausedSince, second - pausedSince > 3 { fail("lowered in a pause", second, change) }
        checkWindow(count, change, truth)
        checkSpeed(count, change, second)
        if let gone = on(.vanish, since: 3), second - gone.begin < 180, script.meanTasks > 3,
            gone.begin - bornAt > 120, truth.busyWork < highestNeed(since: gone.begin - 30) * 0.05
        {
            fail("lowered when all load vanished", second, change)
        }
        undone.removeAll { second - $0 > 3_600 }
        if undone.count > 6 {
            fail("fought another autoscaler", second, "\(undone.count) raised back in an hour")
        }
    }

    /// What the stabilization window keeps: needs, what was found, what somebody else raised to.
    private mutating func checkWindow(_ count: Int, _ change: String, _ truth: Truth) {
        let second = truth.second
        let window = policy.stabilization.seconds
        let need = min(Double(policy.maxTasks), highestNeed(since: second - window + 3) * 0.8 - 0.5)
        if Double(count) < need { fail("lowered below need", second, "\(change), need \(need)") }
        if let raised = raisedByOthers, second - raised.second < window - 2,
            let looked, looked.second > raised.second, count < raised.count
        {
            fail("lowered what somebody raised", second, "\(change), set \(raised.count)")
        }
        if let found, second - found.second < window - 3, foreignAt < found.second,
            count < found.count, desired(at: found.second + 1) == found.count
        {
            fail("lowered what was found", second, "\(change), found \(found.count)")
        }
    }

    private mutating func checkSpeed(_ count: Int, _ change: String, _ second: Double) {
        guard second - foreignAt > 70, second - bornAt > 70,
            let percent = policy.scaleIn.limit.percent
        else { return }
        let begin = Double(desiredAMinuteAgo(second).min() ?? 0)
        if begin - Double(count) > max(1, (begin * percent / 100).rounded(.up)) {
            fail("lowered faster than the limit", second, "\(change), \(Int(begin)) a minute ago")
        }
    }
}
