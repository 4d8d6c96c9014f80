import Values

/// One task as a person sees it.
package struct TaskView: Sendable {
    package enum State: String, CaseIterable, Sendable {
        case serving
        /// It reports, and has served nothing yet.
        case starting
        /// It serves, and ECS takes it out of service.
        case draining
        /// Its nginx has more work than it can do.
        case saturated
        /// Its nginx does not answer, and nothing waits for it.
        case down
        /// It said nothing for longer than `staleAfter`.
        case silent
        /// It is not one of the service's.
        case stranger
    }

    package let arn: String
    package let state: State
    package let firstSeenAt: Instant
    package let heardAt: Instant
    /// Requests in service, over about the last second; `nil` before a value came.
    package let busy: Double?
    package let requestsPerSecond: Double?
    /// Percent of the task's limits; `nil` where the agent does not tell it.
    package let cpu: Double?
    package let memory: Double?
}

extension TaskView {
    /// `nil` for a task that has gone.
    init?(_ record: TaskRecord) {
        guard record.place != .gone else { return nil }
        arn = record.arn
        firstSeenAt = record.firstSeenAt
        heardAt = record.heardAt
        state = Self.state(of: record)
        let (meter, load) = (record.meter, record.meter.load)
        busy = meter.hasValue ? Double(load.busy) / 1000 : nil
        requestsPerSecond = meter.hasValue ? Double(load.rate) / 1000 : nil
        cpu = load.cpuTasks > 0 ? Double(load.cpu) / 1000 : nil
        memory = load.memoryTasks > 0 ? Double(load.memory) / 1000 : nil
    }

    private static func state(of record: TaskRecord) -> State {
        switch record.place {
        case .silent: return .silent
        case .stranger: return .stranger
        case .down: return .down
        case .starting, .gone: return .starting
        case .counted:
            if record.meter.isSaturated { return .saturated }
            return record.isDraining ? .draining : .serving
        }
    }
}

extension Scaler {
    /// Every task that is known, oldest first.
    package var tasks: [TaskView] {
        observer.table.records.compactMap { TaskView($0) }
            .sorted { ($0.firstSeenAt, $0.arn) < ($1.firstSeenAt, $1.arn) }
    }
}
