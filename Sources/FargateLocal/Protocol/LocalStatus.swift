/// What runs, as `/_local/status` shows it.
package struct LocalStatus: Sendable, Codable {
    package struct Task: Sendable, Codable {
        package let id: String
        package let arn: String
        package let status: String
        package let createdAtMs: Int64
        package let startedAtMs: Int64?
        package let stoppedReason: String?
        /// Addresses; absent before the task's processes were started. Those on 127.0.0.1 are of
        /// the task's network: `nsenter --net --target PID` of a process enters it.
        package let nginx: String?
        package let stubStatus: String?
        package let backend: String?
        package let metadata: String
        package let processIDs: [String: Int32]
    }

    package struct Service: Sendable, Codable {
        package let cluster: String
        package let service: String
        package let arn: String
        /// The balancer's address for this service.
        package let front: String
        package let desiredCount: Int
        package let runningCount: Int
        package let pendingCount: Int
        package let tasks: [Task]
    }

    package let addresses: LocalAddresses
    package let services: [Service]
    package let callCount: Int
    package let messageCount: Int

    init(state: FargateState, addresses: LocalAddresses) {
        self.addresses = addresses
        callCount = state.calls.count
        messageCount = state.messages.count
        let arn = Arn(settings: state.settings)
        services = state.services.values.sorted { $0.frontPort < $1.frontPort }.map { service in
            let counts = state.counts(of: service.key)
            return Service(
                cluster: service.key.cluster, service: service.key.service,
                arn: arn.service(service.key), front: "http://127.0.0.1:\(service.frontPort)",
                desiredCount: service.desiredCount, runningCount: counts.running,
                pendingCount: counts.pending,
                tasks: state.tasks(of: service.key).map { task in
                    Self.task(task, arn, state.settings, addresses)
                })
        }
    }

    private static func task(
        _ task: FargateTask, _ arn: Arn, _ settings: FargateSettings, _ addresses: LocalAddresses
    ) -> Task {
        let ports = task.status == .stopped ? nil : task.ports
        return Task(
            id: task.id, arn: arn.task(task), status: task.status.rawValue,
            createdAtMs: task.createdAtMs, startedAtMs: task.startedAtMs,
            stoppedReason: task.stop?.reason,
            nginx: ports.map { "http://\(task.address):\($0.nginx)" },
            stubStatus: ports.map { ports in
                settings.statusIsUnixSocket
                    ? "unix:\(addresses.workDirectory)/\(task.id)/status.sock:/nginx_status"
                    : "http://127.0.0.1:\(ports.status)/nginx_status"
            },
            backend: ports.map { "http://127.0.0.1:\($0.backend)" },
            metadata: addresses.metadata(task.id),
            processIDs: ports == nil ? [:] : task.processIDs)
    }
}
