import Platform
import Telemetry
import Values

/// Knows the service of a task that does not know it itself; asks ECS in batches, off the ingest path.
///
/// Bounded: `resolvedTasksMax` answers are kept, the oldest makes room; `unresolvedTasksMax` tasks
/// wait at once, each with its newest report, and more are told to come again.
package final class TaskResolver: Sendable {
    package enum Resolution: Equatable, Sendable {
        case service(ServiceKey)
        case noService
        /// The report did not come from the task's own address.
        case foreignSender
        /// Asked; the report is kept until then.
        case unresolved
        /// Too many wait already; the report is not kept.
        case noRoom
    }

    /// A report, and from where it came when that is verified.
    struct Sent: Equatable, Sendable {
        var report: Report
        var address: String?
        /// The group of the token that came with it.
        var tokens = 0
    }

    /// What ECS says of one task.
    struct Answer: Sendable {
        let taskARN: String
        /// `nil` when it belongs to no service or is not known.
        let service: String?
        let privateAddress: String?

        init(taskARN: String, service: String?, privateAddress: String? = nil) {
            self.taskARN = taskARN
            self.service = service
            self.privateAddress = privateAddress
        }
    }

    private struct State {
        var answers = BoundedCache<String, Entry>(countMax: AggregatorLimits.resolvedTasksMax)
        var waiting: [String: Sent] = [:]
    }

    private struct Entry {
        let key: ServiceKey?
        let privateAddress: String?
        let at: Instant
    }

    /// Rings when a task waits.
    let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private let state = Lock(State())

    package init() {
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// `sent.address` is compared with the task's own when it is given.
    func resolve(_ sent: Sent, now: Instant) -> Resolution {
        let task = sent.report.identity.taskARN
        let (resolution, rings) = state.withLock { state -> (Resolution, Bool) in
            if let entry = state.answers[task] {
                if let key = entry.key {
                    let isOwn = sent.address == nil || sent.address == entry.privateAddress
                    return (isOwn ? .service(key) : .foreignSender, false)
                }
                if now - entry.at < AggregatorLimits.unknownTaskFor { return (.noService, false) }
            }
            let hasRoom = state.waiting.count < AggregatorLimits.unresolvedTasksMax
            guard hasRoom || state.waiting[task] != nil else { return (.noRoom, true) }
            state.waiting[task] = sent
            return (.unresolved, true)
        }
        if rings { ring.yield() }
        return resolution
    }

    /// As ECS said before; `nil` where it did not.
    func service(of task: String) -> ServiceKey? {
        state.withLock { $0.answers[task]?.key }
    }

    /// The tasks to ask for next, of one cluster, which is given as it was reported.
    func batch() -> (cluster: String, tasks: [String])? {
        state.withLock { state in
            guard let cluster = state.waiting.first?.value.report.identity.cluster else {
                return nil
            }
            let tasks = state.waiting.lazy
                .filter { $0.value.report.identity.cluster == cluster }
                .prefix(AggregatorLimits.describeTasksMax)
                .map(\.key)
            return (cluster, Array(tasks))
        }
    }

    /// Takes ECS's answers in, and gives the reports that waited for them.
    func answered(
        cluster: String, tasks: [String], _ answers: [Answer], now: Instant
    ) -> [Sent] {
        let known = Dictionary(
            answers.map { ($0.taskARN, $0) }, uniquingKeysWith: { first, _ in first })
        return state.withLock { state in
            var released: [Sent] = []
            for task in tasks {
                let answer = known[task]
                let key = answer?.service.map { ServiceKey(cluster: cluster, service: $0) }
                state.answers[task] = Entry(
                    key: key, privateAddress: answer?.privateAddress, at: now)
                let sent = state.waiting.removeValue(forKey: task)
                if let sent { released.append(sent) }
            }
            return released
        }
    }

    func stop() {
        ring.finish()
    }
}
