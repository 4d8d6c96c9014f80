import FoundationEssentials

/// A task's metadata in the shapes of the ECS developer guide ("Task metadata endpoint version 4").
struct MetadataDocument {
    let state: FargateTask
    let settings: FargateSettings
    private let arn: Arn

    init(task: FargateTask, settings: FargateSettings) {
        state = task
        self.settings = settings
        arn = Arn(settings: settings)
    }

    struct LimitsShape: Encodable {
        let CPU: Double
        let Memory: Int
    }

    struct NetworkShape: Encodable {
        let NetworkMode = "awsvpc"
        let IPv4Addresses: [String]
    }

    struct ContainerShape: Encodable {
        let DockerId: String
        let Name: String
        let DockerName: String
        let Image: String
        let Labels: [String: String]
        let DesiredStatus: String
        let KnownStatus: String
        let Limits: LimitsShape
        let CreatedAt: String
        let StartedAt: String?
        let `Type` = "NORMAL"
        let ContainerARN: String
        let Networks: [NetworkShape]
    }

    struct ClockDriftShape: Encodable {
        let ClockErrorBound = 0.5
        let ReferenceTimestamp: String
        let ClockSynchronizationStatus = "SYNCHRONIZED"
    }

    struct TaskShape: Encodable {
        let Cluster: String
        let ServiceName: String?
        let TaskARN: String
        let Family: String
        let Revision: String
        let DesiredStatus: String
        let KnownStatus: String
        let Limits: LimitsShape
        let PullStartedAt: String
        let PullStoppedAt: String
        let AvailabilityZone: String
        let LaunchType = "FARGATE"
        let Containers: [ContainerShape]
        let ClockDrift: ClockDriftShape
    }

    private var desiredStatus: String { state.isWanted ? "RUNNING" : "STOPPED" }
    private var knownStatus: String { state.status.rawValue }

    /// RFC 3339 in UTC with milliseconds.
    private func time(_ ms: Int64) -> String {
        Date(timeIntervalSince1970: Double(ms) / 1000).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true))
            + "Z"
    }

    func task() -> TaskShape {
        let cluster = state.service.cluster
        return TaskShape(
            Cluster: settings.metadataClusterForm == .arn ? arn.cluster(cluster) : cluster,
            ServiceName: settings.metadataHasServiceName ? state.service.service : nil,
            TaskARN: arn.task(state), Family: state.taskDefinition.family,
            Revision: state.taskDefinition.revision, DesiredStatus: desiredStatus,
            KnownStatus: knownStatus, Limits: LimitsShape(CPU: settings.vCPU, Memory: 512),
            PullStartedAt: time(state.createdAtMs), PullStoppedAt: time(state.createdAtMs),
            AvailabilityZone: settings.availabilityZone(of: state),
            Containers: TaskContainer.allCases.map(container),
            ClockDrift: ClockDriftShape(ReferenceTimestamp: time(state.createdAtMs)))
    }

    func container(_ container: TaskContainer) -> ContainerShape {
        let name = container.rawValue
        return ContainerShape(
            DockerId: dockerID(container), Name: name, DockerName: name, Image: "local/\(name)",
            Labels: [
                "com.amazonaws.ecs.cluster": arn.cluster(state.service.cluster),
                "com.amazonaws.ecs.container-name": name,
                "com.amazonaws.ecs.task-arn": arn.task(state),
                "com.amazonaws.ecs.task-definition-family": state.taskDefinition.family,
                "com.amazonaws.ecs.task-definition-version": state.taskDefinition.revision,
            ],
            DesiredStatus: desiredStatus, KnownStatus: knownStatus,
            Limits: LimitsShape(CPU: 2, Memory: 512), CreatedAt: time(state.createdAtMs),
            StartedAt: state.startedAtMs.map(time), ContainerARN: arn.container(state, name),
            Networks: [NetworkShape(IPv4Addresses: [state.address])])
    }

    private func dockerID(_ container: TaskContainer) -> String {
        "\(state.id)-\(container.rawValue)"
    }

    // MARK: Statistics

    struct StatsShape: Encodable {
        struct Usage: Encodable {
            let total_usage: UInt64
        }
        struct CPU: Encodable {
            let cpu_usage: Usage
            let online_cpus = 2
        }
        struct Memory: Encodable {
            let usage: UInt64
            let limit = 512 * 1024 * 1024
        }
        let read: String
        let name: String
        let id: String
        let cpu_stats: CPU
        let memory_stats: Memory
    }

    /// Docker's statistics by container id.
    func stats() -> [String: StatsShape] {
        Dictionary(
            uniqueKeysWithValues: TaskContainer.allCases.compactMap { container in
                stats(container).map { (dockerID(container), $0) }
            })
    }

    /// CPU nanoseconds and resident bytes of the container's processes; `nil` when none runs.
    func stats(_ container: TaskContainer) -> StatsShape? {
        guard let id = state.processIDs[container.rawValue],
            let usage = ProcessUsage(processAndChildren: id)
        else { return nil }
        return StatsShape(
            read: time(Int64(Date().timeIntervalSince1970 * 1000)), name: container.rawValue,
            id: dockerID(container),
            cpu_stats: .init(cpu_usage: .init(total_usage: usage.cpuNanoseconds)),
            memory_stats: .init(usage: usage.residentBytes))
    }
}
