import AWS
import Control
import Transport
import Values

extension ECSClient: ServiceControl {
    package func describe(
        cluster: String, services: [String], within limit: Duration
    ) async throws(CallFailure) -> [ServiceDescription] {
        do throws(AWSError) {
            return try await describeServices(cluster: cluster, services: services, within: limit)
                .found.map { ServiceDescription($0) }
        } catch {
            throw CallFailure(error)
        }
    }

    package func setDesiredCount(
        _ count: Int, of service: String, in cluster: String, within limit: Duration,
        notAfter latest: Instant?
    ) async throws(CallFailure) -> ServiceDescription {
        do throws(AWSError) {
            return ServiceDescription(
                try await updateService(
                    cluster: cluster, service: service, desiredCount: count, within: limit,
                    notAfter: latest))
        } catch {
            throw CallFailure(error)
        }
    }
}

extension CallFailure {
    init(_ error: AWSError) {
        self.init(Self.kind(error), code: error.code, text: error.text)
        guard case .refused(let refusal) = error else { return }
        status = refusal.status
        requestID = refusal.requestID
    }

    private static func kind(_ error: AWSError) -> Kind {
        switch error {
        case .rateExhausted, .tooLate: .notSent
        case .cancelled: .cancelled
        case .credentialsUnavailable: .transient
        case .configurationInvalid, .requestInvalid: .lasting
        case .answerInvalid: .uncertain
        case .unreachable(_, _, let cause): kind(cause)
        case .refused(let refusal): kind(refusal)
        }
    }

    private static func kind(_ cause: TransportError) -> Kind {
        switch cause {
        case .nameNotResolved, .notConnected, .tlsFailed, .tooManyWaiting: .transient
        case .requestInvalid, .compressionFailed: .lasting
        case .cancelled: .cancelled
        case .timedOut, .answerBroken, .answerTooLarge: .uncertain
        }
    }

    private static func kind(_ refusal: AWSRefusal) -> Kind {
        switch refusal.kind {
        case .throttled: .throttled
        // 503 is said before anything is done; other failures of a server may come after.
        case .transient: refusal.status == 503 ? .transient : .uncertain
        case .credentialsExpired: .transient
        case .denied, .lasting: .lasting
        }
    }
}

extension ServiceDescription {
    init(_ service: ECSService) {
        self.init(
            name: service.name, desiredCount: service.desiredCount,
            runningCount: service.runningCount, pendingCount: service.pendingCount)
        if !service.isActive {
            scalability = .gone(status: service.status)
        } else if service.schedulingStrategy == "DAEMON" {
            scalability = .daemon
        }
        deployments =
            service.deployments.filter { $0.status != "INACTIVE" }.map { Deployment($0) }
            + service.taskSets.filter { $0.status != "DRAINING" }.map { Deployment($0) }
        revisionCount = service.revisionCount ?? 0
        eventMs = Self.unixMs([service.newestEventAt])
    }

    /// The newest of some times, which AWS gives in seconds.
    fileprivate static func unixMs(_ seconds: [Double?]) -> Int64? {
        seconds.compactMap { $0 }.filter { $0 > 0 && $0 < 1e11 }.max().map { Int64($0 * 1000) }
    }
}

extension ServiceDescription.Deployment {
    fileprivate init(_ deployment: ECSService.Deployment) {
        let rollout: Rollout? =
            switch deployment.rolloutState {
            case "IN_PROGRESS": .inProgress
            case "COMPLETED": .completed
            case "FAILED": .failed
            default: nil
            }
        self.init(
            id: deployment.id, isPrimary: deployment.status == "PRIMARY", rollout: rollout,
            updatedMs: ServiceDescription.unixMs([deployment.createdAt, deployment.updatedAt]))
    }

    fileprivate init(_ taskSet: ECSService.TaskSet) {
        self.init(
            id: taskSet.id, isPrimary: taskSet.status == "PRIMARY",
            updatedMs: ServiceDescription.unixMs([taskSet.createdAt, taskSet.updatedAt]))
    }
}
