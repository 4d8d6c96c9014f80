import Values

/// What a task is doing, in ECS's words.
enum TaskStatus: String, Sendable, Encodable {
    case provisioning = "PROVISIONING"
    case pending = "PENDING"
    /// Its processes run, its nginx does not answer yet.
    case activating = "ACTIVATING"
    case running = "RUNNING"
    /// Out of the balancer, its last requests are being answered.
    case deactivating = "DEACTIVATING"
    /// It has got SIGTERM.
    case stopping = "STOPPING"
    case stopped = "STOPPED"
}

/// Why a task stops, as ECS codes it.
enum StopCode: String, Sendable, Encodable {
    case failedToStart = "TaskFailedToStart"
    case containerExited = "EssentialContainerExited"
    case userInitiated = "UserInitiated"
    case schedulerInitiated = "ServiceSchedulerInitiated"
}

/// Where a task's parts listen: nginx where this machine reaches it, the others on the task's
/// 127.0.0.1. No two tasks have the same ports, since they may share one network.
struct TaskPorts: Equatable, Sendable, Encodable {
    /// nginx, as the balancer reaches it.
    let nginx: UInt16
    /// nginx's `stub_status`.
    let status: UInt16
    let backend: UInt16
}

/// One task of a service.
///
/// ```
/// provisioning ─► pending ─► activating ─► running ─► deactivating ─► stopping ─► stopped
///       └────────────┴───────────┴──────────────────────────────────────►┘ (nothing to drain)
/// ```
struct FargateTask: Sendable {
    let id: String
    let service: ServiceKey
    let deployment: String
    let taskDefinition: TaskDefinition
    let createdAtMs: Int64
    var status = TaskStatus.provisioning
    /// When the current status is over, for those that end by time.
    var statusEnd: Instant
    var ports: TaskPorts?
    /// While it has processes.
    var sandbox: TaskSandbox?
    /// The process of each container that was started.
    var processIDs: [String: Int32] = [:]
    var startedAtMs: Int64?
    var stoppingAtMs: Int64?
    var stoppedAtMs: Int64?
    var stop: (code: StopCode, reason: String)?

    /// What ECS says its address is.
    var address: String { sandbox?.address ?? "127.0.0.1" }

    /// Whether it is, or is becoming, part of its service's running count.
    var isWanted: Bool { stop == nil }

    var isPending: Bool {
        isWanted && (status == .provisioning || status == .pending || status == .activating)
    }

    var isRunning: Bool { isWanted && status == .running }

    /// Begins its end; what has never run has nothing to drain.
    mutating func stop(
        _ code: StopCode, _ reason: String, nowMs: Int64, now: Instant, settings: FargateSettings
    ) {
        guard stop == nil else { return }
        stop = (code, reason)
        stoppingAtMs = nowMs
        let hasServed = status == .running
        status = hasServed ? .deactivating : .stopping
        statusEnd = now + (hasServed ? settings.deregistrationDelay : settings.stopTimeout)
    }
}

/// `family:revision`.
struct TaskDefinition: Equatable, Sendable {
    let family: String
    let revision: String

    /// From `family`, `family:revision` or an ARN that ends with either; `nil` when empty.
    init?(_ text: String) {
        let name = text.split(separator: "/").last.map(String.init) ?? text
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty, parts.count <= 2 else { return nil }
        family = String(first)
        revision = parts.count == 2 ? String(parts[1]) : "1"
    }
}
