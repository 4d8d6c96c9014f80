import CFargateLocal

/// What a task is started with.
struct TaskLaunch {
    let programs: FargatePrograms
    let template: String
    let directory: String
    let ports: TaskPorts
    let sandbox: TaskSandbox
    let settings: FargateSettings
    let metadataURL: String
    /// Of the agent alone.
    let agentEnvironment: [String: String]
    let guardian: Guardian

    /// The status page as nginx listens and as the agent asks.
    private var statusListen: String {
        settings.statusIsUnixSocket
            ? "unix:\(directory)/status.sock" : "127.0.0.1:\(ports.status)"
    }

    var statusURL: String {
        settings.statusIsUnixSocket
            ? "unix:\(directory)/status.sock:/nginx_status"
            : "http://127.0.0.1:\(ports.status)/nginx_status"
    }

    private func spawn(
        _ name: TaskContainer, _ path: String, _ arguments: [String],
        _ environment: [String: String]
    ) throws(FargateLocalError) -> ChildProcess {
        var environment = environment
        environment["ECS_CONTAINER_METADATA_URI_V4"] = metadataURL
        environment["AWS_REGION"] = settings.region
        environment["PATH"] = "/usr/local/bin:/usr/bin:/bin"
        return try ChildProcess(
            path: path, arguments: arguments, environment: environment,
            log: "\(directory)/\(name.rawValue).log", guardian: guardian,
            network: sandbox.network, group: sandbox.group?.processes(of: name))
    }

    func backend() throws(FargateLocalError) -> ChildProcess {
        try spawn(
            .backend, programs.fargateLocal,
            [
                "backend", "--address", "127.0.0.1", "--port", "\(ports.backend)",
                "--service-time-ms", "\(settings.serviceTimeMs)", "--concurrency",
                "\(settings.concurrency)", "--cpu-ms", "\(settings.cpuTimeMs)",
            ], [:])
    }

    func nginx() throws(FargateLocalError) -> ChildProcess {
        let values = [
            "NGINX_LISTEN": "\(sandbox.address):\(ports.nginx)",
            "BACKEND_ADDRESS": "127.0.0.1:\(ports.backend)",
            "BACKEND_KEEPALIVE": "64",
            "BACKEND_HEALTH_PATH": "/",
            "NGINX_STATUS_LISTEN": statusListen,
        ]
        try Files.write(
            NginxConfiguration.render(template, values), to: "\(directory)/http.conf")
        let arguments = try NginxProcess.arguments(
            directory, workerConnections: settings.workerConnections)
        return try spawn(.nginx, programs.nginx, arguments, [:])
    }

    func agent(_ path: String) throws(FargateLocalError) -> ChildProcess {
        var environment = agentEnvironment
        environment["NGINX_STATUS_URL"] = statusURL
        return try spawn(.agent, path, ["run"], environment)
    }
}

enum NginxProcess {
    /// Writes the main file into the directory, and gives the arguments to run nginx there.
    static func arguments(
        _ directory: String, workerConnections: Int = 8192
    ) throws(FargateLocalError) -> [String] {
        let file = "\(directory)/nginx.conf"
        try Files.write(
            NginxConfiguration.main(
                directory: directory, workerConnections: workerConnections), to: file)
        return ["-p", directory, "-c", file, "-e", "stderr"]
    }
}

/// The processes of one task; used by the supervisor's thread alone.
final class TaskProcesses {
    let ports: TaskPorts
    let sandbox: TaskSandbox
    private var backend: ChildProcess
    private var nginx: ChildProcess
    private var agent: ChildProcess?
    private(set) var isTerminated = false

    init(_ launch: TaskLaunch) throws(FargateLocalError) {
        ports = launch.ports
        sandbox = launch.sandbox
        try Files.makeDirectory(launch.directory)
        backend = try launch.backend()
        nginx = try launch.nginx()
        if let path = launch.programs.agent { agent = try launch.agent(path) }
    }

    var processIDs: [String: Int32] {
        var ids = ["backend": backend.id, "nginx": nginx.id]
        if let agent = agent?.id { ids["agent"] = agent }
        return ids
    }

    /// SIGTERM to each of its containers, once.
    func terminate() {
        guard !isTerminated else { return }
        isTerminated = true
        agent?.signal(SIGTERM)
        nginx.signal(SIGTERM)
        backend.signal(SIGTERM)
    }

    func kill() {
        isTerminated = true
        agent?.signalGroup(SIGKILL)
        nginx.signalGroup(SIGKILL)
        backend.signalGroup(SIGKILL)
    }

    /// The first essential container that has ended, in words; the agent is not essential.
    func endedEssential() -> String? {
        if backend.hasEnded() { return "backend exited with code \(backend.exitCode ?? -1)" }
        if nginx.hasEnded() { return "nginx exited with code \(nginx.exitCode ?? -1)" }
        return nil
    }

    /// Whether all are gone.
    func haveEnded() -> Bool {
        let essential = backend.hasEnded() && nginx.hasEnded()
        let agentEnded = agent?.hasEnded() ?? true
        return essential && agentEnded
    }
}
