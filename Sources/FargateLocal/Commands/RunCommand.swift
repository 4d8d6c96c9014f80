import Platform

/// `fargate-local run`: an endpoint, a service and its tasks, until a signal comes.
package struct RunCommand: Sendable {
    package var options = LocalFargate.Options()
    /// `nil` starts without a service; CreateService makes them.
    package private(set) var tasks: Int? = 2
    package private(set) var cluster = "local"
    package private(set) var service = "web"
    package private(set) var taskDefinition = "web:1"

    package static let usage = """
        fargate-local run [options]
          Speaks ECS, SNS and task metadata v4 on one port, and runs each task as nginx, backend and agent.
          Prints one JSON line with its addresses; GET /_local/status shows services and tasks.
          --port 0                   of the endpoint (AWS_ENDPOINT_URL); 0 takes a free one
          --address 127.0.0.1        where the endpoint listens
          --tasks 2                  desired count of the first service, or "none" for no service
          --cluster local --service web --task-definition web:1   what the first service is called
          --start-delay-ms 1000      from the request for a task until its processes start
          --deregistration-delay-ms 300   out of the balancer before SIGTERM
          --stop-timeout-ms 5000     from SIGTERM to SIGKILL
          --vcpu 0.25                of a task: where this machine allows it (root, cgroups), each task has
                                     a CPU group of that size and a network namespace of its own
          --shared                   tasks share this machine's network and CPU all the same
          --worker-connections 8192  of each task's nginx
          --service-time-ms 50 --concurrency 100   of each task's backend
          --aggregator-url URL       for the agents; without it, tasks have none
          --agent PATH               default: .build/agent/agent, else next to this program
          --nginx PATH --nginx-dir nginx   the program, and the directory of its template
          --status-socket            the agent samples by a unix socket
          --metadata-cluster arn     or name: the form of Cluster in the metadata
          --no-service-name          the metadata does not name the service
          --region us-east-1
          AGGREGATOR_TOKEN and other AGENT_… and AGGREGATOR_… variables go on to the agents.
        """

    package init(_ arguments: [String]) throws(FargateLocalError) {
        var arguments = Arguments(arguments)
        try takeService(&arguments)
        options.address = try arguments.value("--address") ?? options.address
        options.port = UInt16(try arguments.integer("--port", 0...65_535) ?? 0)
        options.clusters.insert(cluster)
        try Self.take(&arguments, &options.settings)
        try Self.take(&arguments, &options.programs)
        let url = try arguments.value("--aggregator-url")
        try arguments.end()
        options.agentEnvironment = Files.environment { name in
            name.hasPrefix("AGGREGATOR_") || name.hasPrefix("AGENT_")
        }
        if let url { options.agentEnvironment["AGGREGATOR_URL"] = url }
        if options.agentEnvironment["AGGREGATOR_URL"] == nil { options.programs.agent = nil }
    }

    private mutating func takeService(_ arguments: inout Arguments) throws(FargateLocalError) {
        cluster = try arguments.value("--cluster") ?? cluster
        service = try arguments.value("--service") ?? service
        taskDefinition = try arguments.value("--task-definition") ?? taskDefinition
        guard let text = try arguments.value("--tasks") else { return }
        guard text != "none" else { return tasks = nil }
        guard let count = Int(text), (0...FargateLocalLimits.tasksMax).contains(count) else {
            throw .badOption(
                name: "--tasks", value: text,
                expected: "a number from 0 to \(FargateLocalLimits.tasksMax) or none")
        }
        tasks = count
    }

    static func take(
        _ arguments: inout Arguments, _ settings: inout FargateSettings
    ) throws(FargateLocalError) {
        let delays = 0...600_000
        settings.startDelay =
            try arguments.milliseconds("--start-delay-ms", delays) ?? settings.startDelay
        settings.deregistrationDelay =
            try arguments.milliseconds("--deregistration-delay-ms", delays)
            ?? settings.deregistrationDelay
        settings.stopTimeout =
            try arguments.milliseconds("--stop-timeout-ms", 0...120_000) ?? settings.stopTimeout
        settings.isolatesTasks = !arguments.flag("--shared")
        settings.vCPU = try arguments.vCPU("--vcpu") ?? settings.vCPU
        settings.workerConnections =
            try arguments.integer("--worker-connections", 16...65_535)
            ?? settings.workerConnections
        settings.serviceTimeMs =
            try arguments.integer("--service-time-ms", delays) ?? settings.serviceTimeMs
        settings.concurrency =
            try arguments.integer("--concurrency", 1...100_000) ?? settings.concurrency
        settings.statusIsUnixSocket = arguments.flag("--status-socket")
        settings.metadataHasServiceName = !arguments.flag("--no-service-name")
        settings.metadataClusterForm =
            try arguments.choice("--metadata-cluster", [.arn, .name])
            ?? settings.metadataClusterForm
        settings.region = try arguments.value("--region") ?? settings.region
    }

    static func take(
        _ arguments: inout Arguments, _ programs: inout FargatePrograms
    ) throws(FargateLocalError) {
        programs.agent = try arguments.value("--agent") ?? programs.agent
        programs.nginx = try arguments.value("--nginx") ?? programs.nginx
        programs.nginxDirectory = try arguments.value("--nginx-dir") ?? programs.nginxDirectory
    }

    package func run(signals: borrowing SignalQueue) throws(FargateLocalError) {
        let fargate = try start()
        StandardStream.output.write(fargate.addressesLine + "\n")
        while signals.wait() != .terminate {}
        fargate.stop()
    }

    /// Starts the endpoint and the first service.
    package func start() throws(FargateLocalError) -> LocalFargate {
        let fargate = try LocalFargate(options) { line in
            StandardStream.error.write("fargate-local: \(line)\n")
        }
        guard let tasks else { return fargate }
        try fargate.createService(
            cluster: cluster, name: service, taskDefinition: taskDefinition, desiredCount: tasks)
        return fargate
    }
}
