import AWS
import Platform

/// Asks ECS for the tasks that a `TaskResolver` waits for, a hundred a call.
package final class TaskLookup: Sendable {
    private let resolver: TaskResolver
    private let intake: ReportIntake
    private let ecs: ECSClient
    private let log: Log
    private let troubles = LogThrottle(period: .seconds(60))

    package init(resolver: TaskResolver, intake: ReportIntake, ecs: ECSClient, log: Log) {
        self.resolver = resolver
        self.intake = intake
        self.ecs = ecs
        self.log = log
    }

    /// Until the resolver is stopped.
    package func run() async {
        for await _ in resolver.wakeUps {
            while let batch = resolver.batch(), !Task.isCancelled {
                if await !look(up: batch.tasks, in: batch.cluster) {
                    try? await Task.sleep(for: AggregatorLimits.resolveRetry)
                }
            }
            // Others that start in the same moment share the next call.
            try? await Task.sleep(for: AggregatorLimits.resolvePeriod)
        }
    }

    /// Whether ECS answered.
    private func look(up tasks: [String], in cluster: String) async -> Bool {
        do throws(AWSError) {
            let description = try await ecs.describeTasks(cluster: cluster, tasks: tasks)
            let answers = description.found.map {
                TaskResolver.Answer(
                    taskARN: $0.arn, service: $0.serviceName,
                    addresses: $0.addresses)
            }
            let now = MonotonicClock.now()
            let released = resolver.answered(
                cluster: cluster, tasks: tasks, answers, now: now)
            for sent in released {
                _ = intake.take(
                    sent.report, from: sent.address, tokens: sent.tokens, now: now)
            }
            return true
        } catch {
            // ECS knows the batch, or the cluster, not: asking again at once brings the same.
            if case .refused(let refusal) = error, refusal.kind == .lasting {
                _ = resolver.answered(
                    cluster: cluster, tasks: tasks, [], now: MonotonicClock.now())
            }
            if troubles.admit(now: MonotonicClock.now()) != nil {
                log.log(
                    .error, "ecs.tasksFailed", [LogField("cluster", cluster)] + error.fields)
            }
            return false
        }
    }
}
