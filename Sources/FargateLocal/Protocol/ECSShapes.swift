/// Puts the state into ECS's shapes.
struct ECSShapes {
    let state: FargateState
    let arn: Arn

    init(_ state: FargateState) {
        self.state = state
        arn = Arn(settings: state.settings)
    }

    private func seconds(_ ms: Int64) -> Double { Double(ms) / 1000 }

    func cluster(_ name: String) -> ClusterShape {
        let tasks = state.tasks.values.filter { $0.service.cluster == name }
        return ClusterShape(
            clusterArn: arn.cluster(name), clusterName: name,
            runningTasksCount: tasks.count { $0.isRunning },
            pendingTasksCount: tasks.count { $0.isPending },
            activeServicesCount: state.services.keys.count { $0.cluster == name })
    }

    func service(_ service: FargateService) -> ServiceShape {
        let counts = state.counts(of: service.key)
        return ServiceShape(
            serviceArn: arn.service(service.key), serviceName: service.key.service,
            clusterArn: arn.cluster(service.key.cluster), desiredCount: service.desiredCount,
            runningCount: counts.running, pendingCount: counts.pending,
            taskDefinition: arn.taskDefinition(service.deployments[0].taskDefinition),
            deployments: service.deployments.indices.map { deployment(service, $0) },
            events: service.events.map {
                EventShape(id: $0.id, createdAt: seconds($0.atMs), message: $0.message)
            },
            createdAt: seconds(service.createdAtMs))
    }

    private func deployment(_ service: FargateService, _ index: Int) -> DeploymentShape {
        let deployment = service.deployments[index]
        let counts = state.counts(of: service.key, deployment: deployment.id)
        let isPrimary = index == 0
        return DeploymentShape(
            id: deployment.id, status: isPrimary ? "PRIMARY" : "ACTIVE",
            taskDefinition: arn.taskDefinition(deployment.taskDefinition),
            desiredCount: isPrimary ? service.desiredCount : 0,
            pendingCount: counts.pending, runningCount: counts.running,
            failedTasks: deployment.failedTasks,
            createdAt: seconds(deployment.createdAtMs), updatedAt: seconds(deployment.updatedAtMs),
            rolloutState: deployment.isCompleted ? "COMPLETED" : "IN_PROGRESS",
            rolloutStateReason: "ECS deployment \(deployment.id) "
                + (deployment.isCompleted ? "completed." : "in progress."))
    }

    func task(_ task: FargateTask) -> TaskShape {
        let interface = "eni-\(task.id.prefix(17))"
        return TaskShape(
            taskArn: arn.task(task), clusterArn: arn.cluster(task.service.cluster),
            taskDefinitionArn: arn.taskDefinition(task.taskDefinition),
            group: "service:\(task.service.service)", startedBy: task.deployment,
            lastStatus: task.status.rawValue, desiredStatus: task.isWanted ? "RUNNING" : "STOPPED",
            availabilityZone: state.settings.availabilityZone(of: task), version: 1,
            createdAt: seconds(task.createdAtMs), startedAt: task.startedAtMs.map(seconds),
            stoppingAt: task.stoppingAtMs.map(seconds), stoppedAt: task.stoppedAtMs.map(seconds),
            stopCode: task.stop?.code.rawValue, stoppedReason: task.stop?.reason,
            attachments: [
                AttachmentShape(
                    id: interface, status: task.status == .stopped ? "DELETED" : "ATTACHED",
                    details: [
                        KeyValueShape(name: "networkInterfaceId", value: interface),
                        KeyValueShape(name: "privateIPv4Address", value: task.address),
                    ])
            ],
            containers: TaskContainer.allCases.map { container in
                ContainerShape(
                    containerArn: arn.container(task, container.rawValue), taskArn: arn.task(task),
                    name: container.rawValue, lastStatus: task.status.rawValue,
                    networkInterfaces: [
                        NetworkInterfaceShape(
                            attachmentId: interface, privateIpv4Address: task.address)
                    ])
            })
    }
}

/// What runs in a task.
enum TaskContainer: String, CaseIterable, Sendable {
    case nginx, backend, agent
}

extension FargateSettings {
    /// Tasks are spread over three zones.
    func availabilityZone(of task: FargateTask) -> String {
        let last = task.id.utf8.last ?? 0
        return region + ["a", "b", "c"][Int(last) % 3]
    }
}
