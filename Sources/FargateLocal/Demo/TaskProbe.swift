/// A task as somebody outside may ask it.
package struct TaskProbe: Sendable {
    package let id: String
    package let ports: Ports
    /// Where its ports are reached from.
    package let sandbox: TaskSandbox?
    package let processIDs: [String: Int32]

    /// Where this machine reaches its nginx.
    package var address: String { sandbox?.address ?? "127.0.0.1" }

    package struct Ports: Sendable {
        package let nginx: UInt16
        package let status: UInt16
        package let backend: UInt16
    }

    /// How many requests its backend has served; `nil` when it does not answer.
    package var servedCount: Int? {
        guard
            let answer = LoopbackClient.get(
                port: ports.backend, path: "/_local/served", in: sandbox)
        else { return nil }
        return Int(answer.body.prefix { $0.isNumber })
    }
}

extension LocalFargate {
    /// The service's RUNNING tasks.
    package func runningTasks(_ service: String) -> [TaskProbe] {
        store.state.withLock { state in
            state.tasks.values.filter { $0.isRunning && $0.service.service == service }
                .sorted { ($0.createdAtMs, $0.id) < ($1.createdAtMs, $1.id) }
                .compactMap { task in
                    task.ports.map { ports in
                        TaskProbe(
                            id: task.id,
                            ports: .init(
                                nginx: ports.nginx, status: ports.status, backend: ports.backend),
                            sandbox: task.sandbox, processIDs: task.processIDs)
                    }
                }
        }
    }

    /// Desired, running and pending count; `nil` when there is no such service.
    package func counts(
        cluster: String, service: String
    ) -> (desired: Int, running: Int, pending: Int)? {
        let key = ServiceKey(cluster: cluster, service: service)
        return store.state.withLock { state in
            guard let found = state.services[key] else { return nil }
            let counts = state.counts(of: key)
            return (found.desiredCount, counts.running, counts.pending)
        }
    }

    /// Where the balancer listens for a service.
    package func frontPort(cluster: String, service: String) -> UInt16? {
        let key = ServiceKey(cluster: cluster, service: service)
        return store.state.withLock { $0.services[key]?.frontPort }
    }

    package func takePort() throws(FargateLocalError) -> UInt16 {
        try store.takePort()
    }
}
