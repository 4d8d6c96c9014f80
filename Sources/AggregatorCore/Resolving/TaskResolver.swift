import Platform
import Telemetry
import Values

/// Knows the service of a task that does not know it itself; asks ECS in batches, off the ingest
/// path.
///
/// Bounded: `resolvedTasksMax` answers are kept, the oldest makes room, and `unknownTasksMax` tasks
/// that are none's; `unresolvedTasksMax` tasks
/// wait at once, each with its newest report, and more are asked to come again.
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
        /// As AWS writes them.
        let addresses: [String]

        init(taskARN: String, service: String?, addresses: [String] = []) {
            self.taskARN = taskARN
            self.service = service
            self.addresses = addresses
        }
    }

    private struct State {
        var answers = BoundedCache<String, Entry>(countMax: AggregatorLimits.resolvedTasksMax)
        /// Tasks that are none's, apart: however many are invented, no real one makes room for
        /// them.
        var unknown = BoundedCache<String, Instant>(
            countMax: AggregatorLimits.unknownTasksMax)
        var waiting: [String: Sent] = [:]
    }

    private struct Entry {
        let key: ServiceKey
        let addresses: [IPAddress]
        let at: Instant
    }

    /// An element when a task waits.
    let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation
    private let state = Lock(State())

    package init() {
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// `sent.address` is compared with the task's own when it is given.
    func resolve(_ sent: Sent, now: Instant) -> Resolution {
        let task = sent.report.identity.taskARN
        let (resolution, wakes) = state.withLock { state -> (Resolution, Bool) in
            if let entry = state.answers[task] {
                guard let address = sent.address else { return (.service(entry.key), false) }
                // A task that starts has no address yet: it is asked for again.
                let isKnown = !entry.addresses.isEmpty
                if isKnown || now - entry.at < AggregatorLimits.resolveRetry {
                    let isOwn = IPAddress(address).map(entry.addresses.contains) ?? false
                    return (isOwn ? .service(entry.key) : .foreignSender, false)
                }
            } else if let at = state.unknown[task], now - at < AggregatorLimits.unknownTaskFor {
                return (.noService, false)
            }
            let hasRoom = state.waiting.count < AggregatorLimits.unresolvedTasksMax
            guard hasRoom || state.waiting[task] != nil else { return (.noRoom, true) }
            state.waiting[task] = sent
            return (.unresolved, true)
        }
        if wakes { wakeUp.yield() }
        return resolution
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
                if let answer, let service = answer.service {
                    state.answers[task] = Entry(
                        key: ServiceKey(cluster: cluster, service: service),
                        addresses: answer.addresses.compactMap(IPAddress.init), at: now)
                } else {
                    state.unknown[task] = now
                }
                let sent = state.waiting.removeValue(forKey: task)
                if let sent { released.append(sent) }
            }
            return released
        }
    }

    func stop() {
        wakeUp.finish()
    }
}
