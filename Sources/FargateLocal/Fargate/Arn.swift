/// The names of things as AWS writes them.
struct Arn {
    let settings: FargateSettings

    private var prefix: String { "arn:aws:ecs:\(settings.region):\(settings.account)" }

    func cluster(_ name: String) -> String { "\(prefix):cluster/\(name)" }

    func service(_ key: ServiceKey) -> String { "\(prefix):service/\(key.cluster)/\(key.service)" }

    func task(_ task: FargateTask) -> String { "\(prefix):task/\(task.service.cluster)/\(task.id)" }

    func container(_ task: FargateTask, _ name: String) -> String {
        "\(prefix):container/\(task.service.cluster)/\(task.id)/\(name)"
    }

    func taskDefinition(_ definition: TaskDefinition) -> String {
        "\(prefix):task-definition/\(definition.family):\(definition.revision)"
    }

    /// The last part of a name or ARN: what ECS accepts for clusters, services and tasks alike.
    static func shortName(_ text: String) -> String {
        text.split(separator: "/").last.map(String.init) ?? text
    }
}
