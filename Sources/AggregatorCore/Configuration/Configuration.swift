import HTTPServer
import Scaling

/// What the aggregator goes by: one JSON document, and secrets from the environment.
package struct Configuration: Sendable {
    package var listen = ListenConfiguration()
    package var log = LogConfiguration()
    package var state = StateConfiguration()
    /// How often ECS is asked for the services' counts.
    package var reconcilePeriod = Duration.seconds(5)
    /// A report is taken only from the address that ECS knows for its task.
    package var verifiesTasks = false
    /// In the order written; each service once.
    package var services: [ServiceConfiguration] = []
    /// Tokens that speak for some services only.
    package var tokenScopes: [TokenScope] = []
    package var secrets = Secrets()

    /// Settings that are valid and may not do what their author expects; one sentence each.
    package var warnings: [String] {
        services.flatMap { service in service.warnings.map { "\(service.key): \($0)" } }
    }
}

/// Where reports are taken.
package struct ListenConfiguration: Equatable, Sendable {
    /// A numeric address; `::` takes IPv4 too.
    package var address = "0.0.0.0"
    /// 0 takes a free port.
    package var port = 8787
    /// Threads that read reports and decide.
    package var threads = 2
    package var connectionsMax = 16_000
    /// Of those on which nobody showed a token; 0 for no such limit.
    package var connectionsPerAddressMax = 256
    /// Above this use of the processors, agents are asked to push less often; 0 never does.
    package var overloadPercent = 90.0
    /// `nil` serves in the clear.
    package var tls: HTTPServerTLS?

    package init() {}

    /// Connections, and what else the process opens.
    package var descriptorsNeeded: Int { connectionsMax + AggregatorLimits.descriptorsReserved }

    /// Takes no more connections than there are descriptors for: where these are few, a third.
    package mutating func fit(descriptors: Int) {
        let room = max(descriptors - AggregatorLimits.descriptorsReserved, descriptors / 3)
        connectionsMax = min(connectionsMax, max(threads, room))
    }
}

package struct LogConfiguration: Equatable, Sendable {
    package var format = LogFormat.auto
    package var level = LogLevel.info
    /// The namespace of CloudWatch metrics that are written as lines; `nil` writes none.
    package var embeddedMetricsNamespace: String?
    /// How often they are written.
    package var embeddedMetricsPeriod = Duration.seconds(60)

    package init() {}
}

extension ServiceConfiguration {
    fileprivate var warnings: [String] {
        guard autoScaling == .suspend, policy.dryRun else { return policy.warnings }
        return policy.warnings + [
            "applicationAutoScaling suspend does nothing with dryRun: it goes on scaling"
        ]
    }
}

/// What to do about Application Auto Scaling on the same service.
package enum AutoScalingUse: String, CaseIterable, Sendable {
    /// Nothing is lowered while it is active.
    case watch
    /// It is suspended while we run.
    case suspend
}

/// How one service is scaled.
package struct ServiceConfiguration: Equatable, Sendable {
    package var key: ServiceKey
    /// As written, a name or an ARN: what AWS is given.
    package var cluster: String
    package var service: String
    package var policy: ScalingPolicy
    /// Where changes are announced; `nil` for nowhere.
    package var snsTopicARN: String?
    /// Of what kinds the topic hears; `nil` for all.
    package var announced: Set<String>?
    package var autoScaling = AutoScalingUse.watch

    package init(
        key: ServiceKey, cluster: String, service: String, policy: ScalingPolicy,
        snsTopicARN: String?
    ) {
        self.key = key
        self.cluster = cluster
        self.service = service
        self.policy = policy
        self.snsTopicARN = snsTopicARN
    }
}
