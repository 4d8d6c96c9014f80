/// Something that happens to an account, in seconds since the world began.
///
/// A world's history is a list of these, so that a failure can be shrunk by leaving some out.
struct Incident: Equatable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        // What traffic and backends do.
        case surge, vanish, stall, slowdown, streams
        // What ECS does.
        case looksFail, writesFail, writesUnanswered, throttled, staleReads, truncatedReads
        case noCapacity, slowStarts, tasksDie, rebalancing
        // What deployments do.
        case rolling, blueGreen, failedRolling
        // What agents do.
        case silentAgents, agentsRestart, saturatedTask, usageUnknown, leakedGauge, lateReports
        // What people and other programs do.
        case bump, lowerByHand, setToZero, pauseLowering, otherScaler
        // What happens to the aggregator itself.
        case restart, freeze

        /// Whether it is over in a moment, whatever its duration.
        var isMoment: Bool {
            switch self {
            case .agentsRestart, .tasksDie, .restart, .bump, .lowerByHand: true
            default: false
            }
        }
    }

    var kind: Kind
    var begin: Double
    var end: Double
    /// What it means is the kind's own: a factor, a share, or a count.
    var size: Double

    func isOn(_ second: Double) -> Bool {
        begin <= second && second < end
    }

    var words: String {
        let size = Double(Int(size * 100)) / 100
        return kind.isMoment
            ? "\(Int(begin)) s: \(kind.rawValue) (\(size))"
            : "\(Int(begin)) to \(Int(end)) s: \(kind.rawValue) (\(size))"
    }
}
