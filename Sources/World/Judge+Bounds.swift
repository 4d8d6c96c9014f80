import Control
import Scaling

// What must be within a bound, and what must be told.
extension Judge {
    mutating func checkReached(_ truth: Truth, _ incidents: [Incident]) {
        let second = truth.second
        let least = min(script.minTasks(at: second), script.minTasks(at: second - 5))
        let isLow =
            truth.desired < least && zeroedAt == nil && truth.writesWork
            && raisesPausedSince == nil
        if lasts("below min", isLow, second) > 90 {
            fail("min not reached", second, "\(truth.desired) for 90 s")
        }
        checkDemand(truth)
        checkExcess(truth, incidents)
    }

    /// For how many seconds it has been so.
    private mutating func lasts(_ name: String, _ isSo: Bool, _ second: Double) -> Double {
        guard isSo else {
            since[name] = nil
            return 0
        }
        let begin = since[name] ?? second
        since[name] = begin
        return second - begin
    }

    private mutating func checkDemand(_ truth: Truth) {
        // A task serves twice its target: below that customers wait, above it headroom is missing.
        let isUrgent = truth.work * 0.55 > Double(truth.desired)
        // Without a quorum raises go on by what those say that report.
        let known = truth.silentShare > 0.3 ? 0.9 - truth.silentShare : 0.95
        let wanted = min(truth.work * known, Double(policy.maxTasks))
        let isShort =
            wanted > Double(truth.desired) && truth.writesWork && truth.reportsCome
            && zeroedAt == nil && raisesPausedSince == nil
        let bound = isUrgent && policy.scaleOut.limit.percent == nil ? 150.0 : 420
        let lasted = lasts("short", isShort, truth.second)
        guard lasted > bound + failingBound(truth) else { return }
        fail(
            "demand not answered", truth.second,
            "\(truth.desired) desired, worth \(Int(truth.work * 10) / 10) for \(Int(lasted)) s")
    }

    /// Starts that fail hold a raise for two timeouts at most.
    private func failingBound(_ truth: Truth) -> Double {
        truth.running < truth.desired ? 2 * policy.scaleOut.startTimeout.seconds : 0
    }

    /// Whoever may lower does so in the end: no brake is for ever.
    private mutating func checkExcess(_ truth: Truth, _ incidents: [Incident]) {
        let least = Double(max(policy.minTasks, script.hourly?.tasks ?? 0, 1))
        let enough = max(2.2 * max(highestNeed(since: truth.second - 900), truth.busyWork), least)
        let isHindered =
            truth.isDeploying || truth.isFailedDeployment || pausedSince != nil
            || truth.silentShare > 0 || truth.second - bornAt < 600
            || incidents.contains {
                $0.kind.hindersLowering && $0.begin < truth.second
                    && truth.second < $0.end + 600
            }
        let isMuch =
            policy.scaleIn.enabled && zeroedAt == nil && !isHindered
            && Double(truth.desired) > enough + 4
        // A contest with another autoscaler holds for an hour and more.
        let hasContest = incidents.contains { $0.kind == .otherScaler && $0.begin < truth.second }
        guard !hasContest, lasts("much", isMuch, truth.second) > 1_500 else { return }
        fail(
            "never lowered", truth.second,
            "\(truth.desired) desired, worth \(Int(truth.work * 10) / 10) for 25 minutes")
    }

    // MARK: Told

    mutating func checkTold(
        _ truth: Truth, _ holds: () -> [ControlHold], _ incidents: [Incident]
    ) {
        let second = truth.second
        func lasting(_ kind: Incident.Kind) -> Bool {
            incidents.contains { $0.kind == kind && $0.size == 1 && $0.isOn(second) }
        }
        let isFree = !lasting(.freeze) && second - bornAt > 120
        let isCapped =
            truth.work > Double(policy.maxTasks) + 1 && truth.reportsCome && truth.silentShare < 0.3
        let conditions: [(ControlHold, Bool, Double)] = [
            (.atMax, isCapped && truth.desired == policy.maxTasks, 180),
            (.switchedOff, zeroedAt != nil && truth.desired == 0 && !lasting(.looksFail), 60),
            (.countsOld, lasting(.looksFail) && second - (lastWrite?.second ?? 0) > 60, 90),
            (.deploymentFailed, truth.isFailedDeployment && !lasting(.looksFail), 60),
            (.partialData, truth.silentShare > 0.7 && truth.running > 4, 400),
        ]
        for (hold, isSo, bound) in conditions {
            guard lasts(hold.rawValue, isSo && isFree, second) > bound else { continue }
            // One that comes and goes is not announced each time.
            let again = ControlLimits.holdRepeatedAfter.seconds + bound
            let isFresh = toldAt[hold].map { second - $0 < again } ?? false
            if !isFresh, !holds().contains(hold) {
                fail("\(hold.rawValue), and not told", second, "for \(Int(bound)) s")
            }
        }
    }
}
