/// What this Fargate knows: clusters, services, tasks, and what it was asked.
///
/// A value: time is passed in, and what must be done is returned as actions by `advance`.
struct FargateState: Sendable {
    var settings: FargateSettings
    var clusters: Set<String>
    var services: [ServiceKey: FargateService] = [:]
    /// By task id; stopped ones stay for a while.
    var tasks: [String: FargateTask] = [:]
    var calls = Record<RecordedCall>(keptMax: FargateLocalLimits.recordsKeptMax)
    var messages = Record<RecordedMessage>(keptMax: FargateLocalLimits.recordsKeptMax)
    var faults: [InjectedFault] = []
    private var stoppedIDs: [String] = []

    init(settings: FargateSettings, clusters: Set<String>) {
        self.settings = settings
        self.clusters = clusters
    }

    func tasks(of key: ServiceKey) -> [FargateTask] {
        tasks.values.filter { $0.service == key }.sorted {
            ($0.createdAtMs, $0.id) < ($1.createdAtMs, $1.id)
        }
    }

    func counts(of key: ServiceKey, deployment: String? = nil) -> TaskCounts {
        tasks.values.reduce(into: TaskCounts()) { counts, task in
            guard task.service == key, deployment == nil || task.deployment == deployment
            else { return }
            if task.isRunning { counts.running += 1 }
            if task.isPending { counts.pending += 1 }
        }
    }

    /// Forgets the oldest stopped tasks past the limit.
    mutating func keepStopped(_ id: String) {
        stoppedIDs.append(id)
        guard stoppedIDs.count > FargateLocalLimits.stoppedTasksKeptMax else { return }
        tasks[stoppedIDs.removeFirst()] = nil
    }
}

/// The last entries of what happened, numbered from 1.
struct Record<Entry: Sendable>: Sendable {
    private(set) var entries: [Entry] = []
    /// How many there ever were.
    private(set) var count = 0
    let keptMax: Int

    init(keptMax: Int) {
        self.keptMax = keptMax
    }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        count += 1
        // In bulk: removing the first of many is not free.
        if entries.count > keptMax + keptMax / 4 { entries.removeFirst(entries.count - keptMax) }
    }
}

/// One call of ECS or SNS as it arrived.
package struct RecordedCall: Sendable, Codable {
    package let operation: String
    /// Unix time and the machine's monotonic clock, when the whole request was there.
    package let arrivedAtMs: Int64
    package let arrivedMonotonicNs: Int64
    package let accessKeyID: String
    package let userAgent: String
    package var cluster: String?
    package var service: String?
    package var desiredCountBefore: Int?
    package var desiredCount: Int?
    /// The error's type; absent when it was accepted.
    package var error: String?
}

/// One message that SNS took.
struct RecordedMessage: Sendable, Codable {
    struct Attribute: Sendable, Codable {
        let type: String
        let value: String
    }

    let messageID: String
    let arrivedAtMs: Int64
    let topicArn: String
    let subject: String?
    let message: String
    let attributes: [String: Attribute]
    let accessKeyID: String
}

/// An error that the next calls of an operation get instead of their answer.
struct InjectedFault: Sendable, Codable {
    let operation: String
    let status: Int
    let type: String
    var count: Int
}
