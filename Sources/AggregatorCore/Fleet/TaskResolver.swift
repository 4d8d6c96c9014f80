import Synchronization
import Telemetry

/// Knows the service of a task that does not know it itself; asks ECS in batches, off the ingest path.
///
/// Bounded: `resolvedTasksMax` answers are kept, the oldest makes room; `unresolvedTasksMax` tasks
/// wait at once, each with its newest report, and more are told to come again.
package final class TaskResolver: Sendable {
    package enum Resolution: Equatable, Sendable {
        case service(ServiceKey)
        case noService
        /// Asked; the report is kept until then, or was refused for want of room.
        case unresolved
    }

    /// What ECS says of one task.
    struct Answer: Sendable {
        let taskARN: String
        /// `nil` when it belongs to no service or is not known.
        let service: String?
    }

    private struct State {
        var answers = BoundedCache<String, Entry>(countMax: AggregatorLimits.resolvedTasksMax)
        var waiting: [String: Report] = [:]
    }

    private struct Entry {
        let key: ServiceKey?
        let at: Instant
    }

    /// Rings when a task waits.
    let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    package init() {
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func resolve(_ report: Report, now: Instant) -> Resolution {
        let task = report.identity.taskARN
        let (resolution, rings) = state.withLock { state -> (Resolution, Bool) in
            if let entry = state.answers[task] {
                if let key = entry.key { return (.service(key), false) }
                if now - entry.at < AggregatorLimits.unknownTaskFor { return (.noService, false) }
            }
            let hasRoom = state.waiting.count < AggregatorLimits.unresolvedTasksMax
            guard hasRoom || state.waiting[task] != nil else { return (.unresolved, true) }
            state.waiting[task] = report
            return (.unresolved, true)
        }
        if rings { ring.yield() }
        return resolution
    }

    /// The tasks to ask for next, of one cluster, which is given as it was reported.
    func batch() -> (cluster: String, tasks: [String])? {
        state.withLock { state in
            guard let cluster = state.waiting.first?.value.identity.cluster else { return nil }
            let tasks = state.waiting.lazy
                .filter { $0.value.identity.cluster == cluster }
                .prefix(AggregatorLimits.describeTasksMax)
                .map(\.key)
            return (cluster, Array(tasks))
        }
    }

    /// Takes ECS's answers in, and gives the reports that waited for them.
    func answered(
        cluster: String, tasks: [String], _ answers: [Answer], now: Instant
    ) -> [Report] {
        let services = Dictionary(
            answers.map { ($0.taskARN, $0.service) }, uniquingKeysWith: { first, _ in first })
        return state.withLock { state in
            var released: [Report] = []
            for task in tasks {
                let key = (services[task] ?? nil).map {
                    ServiceKey(cluster: cluster, service: $0)
                }
                state.answers[task] = Entry(key: key, at: now)
                let report = state.waiting.removeValue(forKey: task)
                if let report { released.append(report) }
            }
            return released
        }
    }

    func stop() {
        ring.finish()
    }
}

/// A dictionary that forgets the oldest entry when it is full.
struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let countMax: Int
    private var values: [Key: Value] = [:]
    /// The keys as they came, a ring once it is full; `next` is the oldest.
    private var order: [Key] = []
    private var next = 0

    init(countMax: Int) {
        self.countMax = countMax
    }

    var count: Int { values.count }

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            guard let newValue else {
                preconditionFailure("entries leave when they are the oldest")
            }
            guard values.updateValue(newValue, forKey: key) == nil else { return }
            if order.count < countMax {
                order.append(key)
            } else {
                values[order[next]] = nil
                order[next] = key
                next = (next + 1) % countMax
            }
        }
    }
}
