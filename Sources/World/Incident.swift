/// Something that happens to an account, in seconds since the world began.
///
/// A world's history is a list of these, so that a failure can be shrunk by leaving some out.
struct Incident: Equatable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        // What traffic and backends do.
        case surge, vanish, stall, slowdown, streams, streamsAlone
        // What ECS does.
        case looksFail, writesFail, writesUnanswered, throttled, staleReads, truncatedReads
        case noCapacity, slowStarts, tasksDie, rebalancing
        // What deployments do.
        case rolling, blueGreen, codeDeploy, failedRolling
        // What agents do.
        case silentAgents, agentsRestart, saturatedTask, usageUnknown, leakedGauge, lateReports
        case liar
        // What people and other programs do.
        case bump, lowerByHand, setToZero, pauseLowering, pauseAll, otherScaler
        // What happens to the aggregator itself.
        case restart, freeze

        /// Whether it is over in a moment, whatever its duration.
        var isMoment: Bool {
            switch self {
            case .agentsRestart, .tasksDie, .restart, .bump, .lowerByHand: true
            default: false
            }
        }

        /// Whether it changes what the tasks have to do.
        var changesLoad: Bool {
            switch self {
            case .surge, .vanish, .stall, .slowdown, .streams, .streamsAlone, .tasksDie, .rolling,
                .blueGreen, .codeDeploy, .failedRolling, .rebalancing, .leakedGauge, .liar,
                .lowerByHand, .setToZero, .otherScaler, .silentAgents, .saturatedTask, .restart,
                .agentsRestart, .lateReports, .freeze:
                true
            default: false
            }
        }

        /// Whether nothing may be lowered for it, or nobody can. What is discounted as leaked
        /// counts as load before a lowering.
        var hindersLowering: Bool {
            switch self {
            case .looksFail, .writesFail, .writesUnanswered, .throttled, .staleReads,
                .truncatedReads, .noCapacity, .rolling, .blueGreen, .codeDeploy, .failedRolling,
                .silentAgents, .saturatedTask, .usageUnknown, .lateReports, .pauseLowering,
                .pauseAll, .otherScaler, .freeze, .setToZero, .liar, .vanish, .leakedGauge,
                .streams, .streamsAlone, .rebalancing:
                true
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
