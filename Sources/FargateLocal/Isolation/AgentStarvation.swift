import CFargateLocal

/// Busy loops in the agent's part of a task's CPU group, which leave it next to nothing.
package final class AgentStarvation {
    private var process: ChildProcess
    private let group: CPUGroup

    private static let loops = "for i in 1 2 3 4; do while :; do :; done & done; wait"
    /// Of which the agent gets a fifth.
    private static let vCPU = 0.01

    package init(_ task: TaskProbe, _ fargate: LocalFargate) throws(FargateLocalError) {
        guard let group = task.sandbox?.group else {
            throw .notAllowed(what: "starving an agent", reason: "its task has no CPU group")
        }
        self.group = group
        try group.limit(to: Self.vCPU, container: TaskContainer.agent.rawValue)
        process = try ChildProcess(
            path: "/bin/sh", arguments: ["-c", Self.loops], environment: [:], log: "/dev/null",
            guardian: fargate.guardian, group: group.processes(of: .agent))
    }

    /// The agent has what it had before.
    package func end() throws(FargateLocalError) {
        process.signalGroup(SIGKILL)
        _ = process.end(within: .seconds(1))
        try group.limit(to: nil, container: TaskContainer.agent.rawValue)
    }
}
