import Values

struct ServiceKey: Hashable, Sendable {
    let cluster: String
    let service: String
}

/// One service; its tasks are kept by the state it is in.
struct FargateService: Sendable {
    struct Event: Sendable {
        let id: String
        let atMs: Int64
        let message: String
    }

    struct Deployment: Sendable {
        let id: String
        let taskDefinition: TaskDefinition
        let createdAtMs: Int64
        var updatedAtMs: Int64
        var failedTasks = 0
        var isCompleted: Bool
    }

    let key: ServiceKey
    let createdAtMs: Int64
    /// Where the balancer listens for this service.
    let frontPort: UInt16
    var desiredCount: Int
    /// The newest first; the first is PRIMARY, the others are being replaced.
    var deployments: [Deployment]
    /// The newest first, as ECS lists them.
    private(set) var events: [Event] = []
    var failuresInARow = 0
    /// No task is started before, after failures.
    var launchNotBefore: Instant

    static let eventsKeptMax = 100

    mutating func record(_ message: String, id: String, nowMs: Int64) {
        events.insert(Event(id: id, atMs: nowMs, message: message), at: 0)
        if events.count > Self.eventsKeptMax { events.removeLast() }
    }
}

/// The counts of a service's tasks.
struct TaskCounts: Equatable {
    var running = 0
    var pending = 0
}
