import Scaling

/// A service as ECS describes it, as far as control needs it.
package struct ServiceDescription: Equatable, Sendable {
    package struct Deployment: Equatable, Sendable {
        package enum Rollout: Sendable { case inProgress, completed, failed }

        package var id: String
        package var isPrimary: Bool
        /// `nil` where ECS does not say it: not with every deployment controller.
        package var rollout: Rollout?
        /// The newest of its times, in Unix milliseconds by AWS's clock.
        package var updatedMs: Int64?

        package init(
            id: String, isPrimary: Bool, rollout: Rollout? = nil, updatedMs: Int64? = nil
        ) {
            self.id = id
            self.isPrimary = isPrimary
            self.rollout = rollout
            self.updatedMs = updatedMs
        }
    }

    /// What ECS lets be done with the count.
    package enum Scalability: Equatable, Sendable {
        case scalable
        /// Not active: its status, in ECS's word.
        case gone(status: String)
        /// One task an instance: it has no desired count to set.
        case daemon
    }

    package var name: String
    package var scalability = Scalability.scalable
    package var desiredCount: Int
    package var runningCount: Int
    package var pendingCount: Int
    /// Those that are not over: deployments, or task sets that do not drain.
    package var deployments: [Deployment] = []
    /// Revisions that ECS runs beside each other, as native blue/green has it; 0 when it does not
    /// say.
    package var revisionCount = 0
    /// When the newest of the service's events was, in Unix milliseconds by AWS's clock.
    package var eventMs: Int64?

    package init(name: String, desiredCount: Int, runningCount: Int, pendingCount: Int) {
        self.name = name
        self.desiredCount = desiredCount
        self.runningCount = runningCount
        self.pendingCount = pendingCount
    }

    /// How new the description is, by AWS's clock; `nil` where nothing says it.
    var newestMs: Int64? {
        (deployments.compactMap(\.updatedMs) + [eventMs].compactMap { $0 }).max()
    }

    func counts(deploymentInProgress: Bool) -> ServiceCounts {
        ServiceCounts(
            desiredCount: desiredCount, runningCount: runningCount, pendingCount: pendingCount,
            deploymentInProgress: deploymentInProgress)
    }
}

/// Whether one revision replaces another.
package enum DeploymentState: Equatable, Sendable {
    case none
    case inProgress
    /// It failed and was not rolled back; since when by AWS's clock in Unix milliseconds, if said.
    case failed(sinceMs: Int64?)
}

extension ServiceDescription {
    /// More than one deployment, task set or revision is in progress, whatever the controller, but
    /// for a failed one that stands: nothing moves then.
    package var deploymentState: DeploymentState {
        if deployments.contains(where: { $0.rollout == .inProgress }) { return .inProgress }
        if let failed = deployments.first(where: { $0.isPrimary && $0.rollout == .failed }) {
            return .failed(sinceMs: failed.updatedMs)
        }
        return deployments.count > 1 || revisionCount > 1 ? .inProgress : .none
    }
}
