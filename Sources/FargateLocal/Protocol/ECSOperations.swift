import Values

/// When a request arrived, and ids for what it makes.
struct OperationContext {
    let now: Instant
    let nowMs: Int64
    let newID: () -> String
    /// Gives a port for a new service's balancer.
    let newFrontPort: () throws(FargateLocalError) -> UInt16
}

/// What ECS does when it is asked, on the state alone.
extension FargateState {
    private func cluster(_ text: String?) throws(ECSError) -> String {
        let name = Arn.shortName(text ?? "default")
        guard clusters.contains(name) else { throw .clusterNotFound }
        return name
    }

    private func key(_ cluster: String?, _ service: String) throws(ECSError) -> ServiceKey {
        ServiceKey(cluster: try self.cluster(cluster), service: Arn.shortName(service))
    }

    private static func desiredCount(_ count: Int) throws(ECSError) -> Int {
        guard count >= 0 else {
            throw .invalidParameter("desiredCount cannot be less than zero.")
        }
        guard count <= FargateLocalLimits.desiredCountMax else {
            throw .invalidParameter(
                "desiredCount cannot exceed \(FargateLocalLimits.desiredCountMax).")
        }
        return count
    }

    // MARK: Services

    mutating func create(
        _ request: CreateServiceRequest, _ context: OperationContext
    ) throws(ECSError) -> ServiceAnswer {
        let key = try key(request.cluster, request.serviceName)
        guard !key.service.isEmpty else {
            throw .invalidParameter("Invalid service name: name cannot be empty.")
        }
        guard services[key] == nil else {
            throw .invalidParameter("Creation of service was not idempotent.")
        }
        let desiredCount = try Self.desiredCount(request.desiredCount ?? 0)
        let definition = try TaskDefinition(checked: request.taskDefinition)
        let frontPort: UInt16
        do {
            frontPort = try context.newFrontPort()
        } catch {
            throw ECSError("ServerException", error.description, status: 500)
        }
        let service = FargateService(
            key: key, createdAtMs: context.nowMs, frontPort: frontPort, desiredCount: desiredCount,
            deployments: [deployment(definition, context)], launchNotBefore: context.now)
        services[key] = service
        return ServiceAnswer(service: ECSShapes(self).service(service))
    }

    private func deployment(
        _ definition: TaskDefinition, _ context: OperationContext
    ) -> FargateService.Deployment {
        let digits = context.newID().utf8.prefix(19).map { String($0 % 10) }.joined()
        return FargateService.Deployment(
            id: "ecs-svc/\(digits)", taskDefinition: definition, createdAtMs: context.nowMs,
            updatedAtMs: context.nowMs, isCompleted: false)
    }

    mutating func update(
        _ request: UpdateServiceRequest, _ context: OperationContext
    ) throws(ECSError) -> ServiceAnswer {
        let key = try key(request.cluster, request.service)
        guard var service = services[key] else { throw .serviceNotFound }
        if let count = request.desiredCount { service.desiredCount = try Self.desiredCount(count) }
        let current = service.deployments[0].taskDefinition
        let definition =
            request.taskDefinition == nil
            ? current : try TaskDefinition(checked: request.taskDefinition)
        if request.forceNewDeployment == true || definition != current {
            service.deployments.insert(deployment(definition, context), at: 0)
        }
        services[key] = service
        return ServiceAnswer(service: ECSShapes(self).service(service))
    }

    func describe(_ request: DescribeServicesRequest) throws(ECSError) -> ServicesAnswer {
        let cluster = try cluster(request.cluster)
        guard !request.services.isEmpty else {
            throw .invalidParameter("Services cannot be empty.")
        }
        guard request.services.count <= FargateLocalLimits.servicesPerDescribeMax else {
            throw .invalidParameter("Services cannot have more than 10 elements.")
        }
        let shapes = ECSShapes(self)
        var found: [ServiceShape] = []
        var failures: [FailureShape] = []
        for name in request.services {
            let key = ServiceKey(cluster: cluster, service: Arn.shortName(name))
            if let service = services[key] {
                found.append(shapes.service(service))
            } else {
                failures.append(FailureShape(arn: shapes.arn.service(key), reason: "MISSING"))
            }
        }
        return ServicesAnswer(services: found, failures: failures)
    }

    func describe(_ request: DescribeClustersRequest) -> ClustersAnswer {
        let shapes = ECSShapes(self)
        var answer: (found: [ClusterShape], failures: [FailureShape]) = ([], [])
        for text in request.clusters ?? ["default"] {
            let name = Arn.shortName(text)
            if clusters.contains(name) {
                answer.found.append(shapes.cluster(name))
            } else {
                answer.failures.append(
                    FailureShape(arn: shapes.arn.cluster(name), reason: "MISSING"))
            }
        }
        return ClustersAnswer(clusters: answer.found, failures: answer.failures)
    }

    // MARK: Tasks

    func list(_ request: ListTasksRequest) throws(ECSError) -> TaskArnsAnswer {
        let cluster = try cluster(request.cluster)
        let status = request.desiredStatus ?? "RUNNING"
        guard ["RUNNING", "PENDING", "STOPPED"].contains(status) else {
            throw .invalidParameter("Unknown desiredStatus \(status).")
        }
        let size = request.maxResults ?? FargateLocalLimits.tasksPerDescribeMax
        guard (1...FargateLocalLimits.tasksPerDescribeMax).contains(size) else {
            throw .invalidParameter("maxResults must be between 1 and 100.")
        }
        let service = request.serviceName.map(Arn.shortName)
        if let service, services[ServiceKey(cluster: cluster, service: service)] == nil {
            throw .serviceNotFound
        }
        // The token is the last id of the page before; ids are listed in order.
        let ids = tasks.values.filter { task in
            task.service.cluster == cluster && (service == nil || task.service.service == service)
                && (request.family == nil || task.taskDefinition.family == request.family)
                && task.id > request.nextToken ?? ""
                && (status == "STOPPED") == !task.isWanted && status != "PENDING"
        }.map(\.id).sorted()
        let page = ids.prefix(size)
        let arn = Arn(settings: settings)
        return TaskArnsAnswer(
            taskArns: page.compactMap { id in tasks[id].map(arn.task) },
            nextToken: page.count < ids.count ? page.last : nil)
    }

    func describe(_ request: DescribeTasksRequest) throws(ECSError) -> TasksAnswer {
        let cluster = try cluster(request.cluster)
        guard !request.tasks.isEmpty else { throw .invalidParameter("Tasks cannot be empty.") }
        guard request.tasks.count <= FargateLocalLimits.tasksPerDescribeMax else {
            throw .invalidParameter("Tasks cannot have more than 100 elements.")
        }
        let shapes = ECSShapes(self)
        var found: [TaskShape] = []
        var failures: [FailureShape] = []
        for text in request.tasks {
            let id = Arn.shortName(text)
            if let task = tasks[id], task.service.cluster == cluster {
                found.append(shapes.task(task))
            } else {
                let arn =
                    "\(shapes.arn.cluster(cluster).replacing(":cluster/", with: ":task/"))/\(id)"
                failures.append(FailureShape(arn: arn, reason: "MISSING"))
            }
        }
        return TasksAnswer(tasks: found, failures: failures)
    }

    mutating func stop(
        _ request: StopTaskRequest, _ context: OperationContext
    ) throws(ECSError) -> TaskAnswer {
        let cluster = try cluster(request.cluster)
        let id = Arn.shortName(request.task)
        guard var task = tasks[id], task.service.cluster == cluster else {
            throw .invalidParameter("The referenced task was not found.")
        }
        task.stop(
            .userInitiated, request.reason ?? "Task stopped by user", nowMs: context.nowMs,
            now: context.now, settings: settings)
        tasks[id] = task
        return TaskAnswer(task: ECSShapes(self).task(task))
    }
}

extension TaskDefinition {
    fileprivate init(checked text: String?) throws(ECSError) {
        guard let text else { throw .invalidParameter("TaskDefinition can not be blank.") }
        guard let definition = TaskDefinition(text) else {
            throw .invalidParameter("Invalid task definition \(text).")
        }
        self = definition
    }
}
