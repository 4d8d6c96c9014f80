import Telemetry

/// One Fargate task, from its order to its end.
///
/// ```
/// provisioning ──until──► running ──────► deactivating ──until──► (gone)
///      └────── dies ────────┴── dies ──► (gone)
/// ```
/// After AWS's task lifecycle: PROVISIONING, PENDING and ACTIVATING are one here; a task that is
/// deregistered is no longer counted as running, and serves and reports on until it is stopped
/// (aws-cdk issues 13506 and 13559).
struct WorldTask: Sendable {
    enum Phase: Equatable, Sendable {
        case provisioning
        case running
        case deactivating
    }

    let id: Int
    let revision: Int
    let identity: TaskIdentity
    var phase = Phase.provisioning
    /// When the phase ends; running ones that do not die have none.
    var until: Double
    var runningSince = 0.0
    /// A task of a bad revision dies soon after it runs.
    let dies: Bool

    // Its agent.
    var boot: UInt64
    var sequence: UInt64 = 0
    var isSilent = false
    /// Above the mean of all tasks, as a share: balancing is never even.
    let bias: Double
    var leaked = 0

    init(id: Int, revision: Int, until: Double, dies: Bool, dice: inout Dice) {
        self.id = id
        self.revision = revision
        self.until = until
        self.dies = dies
        boot = dice.seed()
        bias = dice.between(-0.1, 0.1)
        identity = TaskIdentity(
            taskARN: "arn:aws:ecs:eu-west-1:123456789012:task/main/\(id)", cluster: "main",
            service: "web", family: "web", revision: "\(revision)", availabilityZone: nil)
    }
}
