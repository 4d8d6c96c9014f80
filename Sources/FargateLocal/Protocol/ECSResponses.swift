/// ECS's own shapes, as its API reference (2014-11-13) gives them; times are Unix seconds.
struct FailureShape: Encodable {
    let arn: String
    let reason: String
}

struct ClusterShape: Encodable {
    let clusterArn: String
    let clusterName: String
    let status = "ACTIVE"
    let registeredContainerInstancesCount = 0
    let runningTasksCount: Int
    let pendingTasksCount: Int
    let activeServicesCount: Int
}

struct DeploymentShape: Encodable {
    let id: String
    let status: String
    let taskDefinition: String
    let desiredCount: Int
    let pendingCount: Int
    let runningCount: Int
    let failedTasks: Int
    let createdAt: Double
    let updatedAt: Double
    let launchType = "FARGATE"
    let platformVersion = "1.4.0"
    let rolloutState: String
    let rolloutStateReason: String
}

struct EventShape: Encodable {
    let id: String
    let createdAt: Double
    let message: String
}

struct DeploymentConfigurationShape: Encodable {
    let maximumPercent = 200
    let minimumHealthyPercent = 100
}

struct ServiceShape: Encodable {
    let serviceArn: String
    let serviceName: String
    let clusterArn: String
    let status = "ACTIVE"
    let desiredCount: Int
    let runningCount: Int
    let pendingCount: Int
    let launchType = "FARGATE"
    let platformVersion = "LATEST"
    let platformFamily = "Linux"
    let taskDefinition: String
    let deploymentConfiguration = DeploymentConfigurationShape()
    let deployments: [DeploymentShape]
    let events: [EventShape]
    let createdAt: Double
    let schedulingStrategy = "REPLICA"
    let propagateTags = "NONE"
    let enableECSManagedTags = false
    let enableExecuteCommand = false
}

struct KeyValueShape: Encodable {
    let name: String
    let value: String
}

struct AttachmentShape: Encodable {
    let id: String
    let type = "ElasticNetworkInterface"
    let status: String
    let details: [KeyValueShape]
}

struct NetworkInterfaceShape: Encodable {
    let attachmentId: String
    let privateIpv4Address: String
}

struct ContainerShape: Encodable {
    let containerArn: String
    let taskArn: String
    let name: String
    let lastStatus: String
    let healthStatus = "UNKNOWN"
    let networkInterfaces: [NetworkInterfaceShape]
}

struct TaskShape: Encodable {
    let taskArn: String
    let clusterArn: String
    let taskDefinitionArn: String
    let group: String
    let startedBy: String
    let lastStatus: String
    let desiredStatus: String
    let launchType = "FARGATE"
    let platformVersion = "1.4.0"
    let platformFamily = "Linux"
    let availabilityZone: String
    let cpu = "256"
    let memory = "512"
    let connectivity = "CONNECTED"
    let healthStatus = "UNKNOWN"
    let version: Int
    let createdAt: Double
    let startedAt: Double?
    let stoppingAt: Double?
    let stoppedAt: Double?
    let stopCode: String?
    let stoppedReason: String?
    let attachments: [AttachmentShape]
    let containers: [ContainerShape]
}

struct ServiceAnswer: Encodable {
    let service: ServiceShape
}

struct ServicesAnswer: Encodable {
    let services: [ServiceShape]
    let failures: [FailureShape]
}

struct TaskArnsAnswer: Encodable {
    let taskArns: [String]
    let nextToken: String?
}

struct TasksAnswer: Encodable {
    let tasks: [TaskShape]
    let failures: [FailureShape]
}

struct TaskAnswer: Encodable {
    let task: TaskShape
}

struct ClustersAnswer: Encodable {
    let clusters: [ClusterShape]
    let failures: [FailureShape]
}
