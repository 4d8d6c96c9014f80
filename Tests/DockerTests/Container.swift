/// A container of a task definition, as ECS describes it.
struct Container: Decodable, Equatable {
    struct Entry: Decodable, Equatable {
        let name: String
        let value: String
    }

    struct Secret: Decodable, Equatable {
        let name: String
        let valueFrom: String
    }

    struct Dependency: Decodable, Equatable {
        let containerName: String
        let condition: String
    }

    struct HealthCheck: Decodable, Equatable {
        let command: [String]
        let interval: Int
        let timeout: Int
        let retries: Int
        let startPeriod: Int
    }

    struct Mount: Decodable, Equatable {
        let sourceVolume: String
        let containerPath: String
    }

    struct Limit: Decodable, Equatable {
        let name: String
        let softLimit: Int
        let hardLimit: Int
    }

    struct LinuxParameters: Decodable, Equatable {
        struct Capabilities: Decodable, Equatable {
            let drop: [String]
        }

        let capabilities: Capabilities
    }

    struct RestartPolicy: Decodable, Equatable {
        let enabled: Bool
        let restartAttemptPeriod: Int?
        let ignoredExitCodes: [Int]?
    }

    struct Port: Decodable, Equatable {
        let containerPort: Int
    }

    struct Log: Decodable, Equatable {
        let logDriver: String
    }

    let name: String
    var image: String
    let essential: Bool
    let command: [String]?
    let cpu: Int?
    let memory: Int?
    let memoryReservation: Int?
    let user: String?
    let readonlyRootFilesystem: Bool?
    let restartPolicy: RestartPolicy?
    let linuxParameters: LinuxParameters?
    let dependsOn: [Dependency]?
    let portMappings: [Port]?
    let mountPoints: [Mount]?
    let ulimits: [Limit]?
    let healthCheck: HealthCheck?
    let stopTimeout: Int?
    let logConfiguration: Log?
    var environment: [Entry]?
    var secrets: [Secret]?

    func value(_ name: String) -> String? {
        environment?.first { $0.name == name }?.value
    }

    /// Without what is different in each account and stack: where the image is, and values.
    var shape: Container {
        var shape = self
        shape.image = String(image[(image.lastIndex(of: "/") ?? image.startIndex)...])
        shape.environment = environment?.map { Entry(name: $0.name, value: "") }
        shape.secrets = secrets?.map { Secret(name: $0.name, valueFrom: "") }
        return shape
    }
}

/// A task definition, as ECS describes it.
struct TaskDefinition: Decodable {
    // moto forgets the first and gets the second wrong when a template makes the task definition.
    let requiresCompatibilities: [String]?
    let networkMode: String
    let memory: String
    let containerDefinitions: [Container]

    func container(_ name: String) -> Container? {
        containerDefinitions.first { $0.name == name }
    }
}
