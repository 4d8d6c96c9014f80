import CFargateLocal
import Platform
import Values

/// One run of the demo: everything it starts, and what it sees.
final class Demonstration {
    enum Outcome {
        case scaled, failed, interrupted
    }

    private let command: DemoCommand
    private let fargate: LocalFargate
    private let aggregator: AggregatorProcess
    private let screen: DemoScreen
    private let front: String
    private let frontPort: UInt16

    private enum Span {
        static let start = Duration.seconds(20)
        static let base = Duration.seconds(5)
        /// How long the surge may take until all is served, and how long it is then shown.
        static let surge = Duration.seconds(45)
        static let serving = Duration.seconds(4)
        static let samplePeriodUs: UInt32 = 10_000
        static let lineEvery = Duration.milliseconds(500)
    }

    init(_ command: DemoCommand) throws(FargateLocalError) {
        self.command = command
        let token = String(ThisProcess.randomBits(), radix: 16) + "-demo-token"
        var options = command.options
        let port = try LocalFargate.freePort()
        options.agentEnvironment["AGGREGATOR_URL"] = "http://127.0.0.1:\(port)"
        options.agentEnvironment["AGGREGATOR_TOKEN"] = token
        screen = DemoScreen(target: command.target)
        screen.say("starting \(command.tasks) tasks, each nginx, backend and agent")
        fargate = try LocalFargate(options) { StandardStream.error.write("  \($0)\n") }
        let directory = fargate.addresses.workDirectory
        aggregator = try AggregatorProcess(
            .init(
                path: command.aggregator, address: fargate.addresses.host, port: port,
                endpoint: fargate.addresses.endpoint,
                region: options.settings.region,
                configuration: AggregatorProcess.configuration(
                    address: fargate.addresses.host, port: port, cluster: command.cluster,
                    service: command.service,
                    min: command.tasks, max: command.tasksMax, target: command.target,
                    topic: "arn:aws:sns:\(options.settings.region):123456789012:scaling"),
                token: token),
            log: "\(directory)/aggregator.log", guardian: fargate.guardian)
        try fargate.createService(
            cluster: command.cluster, name: command.service, taskDefinition: "web:1",
            desiredCount: command.tasks)
        frontPort =
            fargate.frontPort(cluster: command.cluster, service: command.service) ?? 0
        front = "http://127.0.0.1:\(frontPort)/"
    }

    func run(isInterrupted: () -> Bool) throws(FargateLocalError) -> Outcome {
        guard try waitForTasks(isInterrupted) else { return .interrupted }
        screen.say("the service is at \(front), the aggregator at \(aggregator.url)")
        let base = try load("base", command.baseConnections)
        var observation = SurgeObservation(
            target: command.target, from: MonotonicClock.now(), callsBefore: 0)
        guard watch(&observation, for: Span.base, isInterrupted, until: { _ in false }) else {
            return .interrupted
        }
        screen.say("surge: \(command.surgeConnections) connections more")
        observation = SurgeObservation(
            target: command.target, from: MonotonicClock.now(), callsBefore: fargate.callCount)
        observation.tasksBefore = Set(fargate.runningTasks(command.service).map(\.id))
        let surge = try load("surge", command.surgeConnections)
        let went = watch(&observation, for: Span.surge, isInterrupted) { $0.isServed(Span.serving) }
        observation.count(served: fargate.runningTasks(command.service))
        observation.add(try surge.stop())
        observation.add(try base.stop())
        guard went else { return .interrupted }
        screen.summary(observation, messages: fargate.status.messageCount)
        if !observation.hasScaled { screen.log(of: aggregator.log) }
        return observation.hasScaled ? .scaled : .failed
    }

    func showAddresses() {
        screen.say("left up until Ctrl-C:")
        screen.say("  service    \(front)")
        screen.say("  aggregator \(aggregator.url)/v1/services  (log: \(aggregator.log))")
        screen.say("  AWS        AWS_ENDPOINT_URL=\(fargate.addresses.endpoint)")
        screen.say("  status     \(fargate.addresses.endpoint)/_local/status")
    }

    func stop() {
        // First the tasks, so that their agents can say goodbye.
        fargate.stopTasks()
        aggregator.stop()
        fargate.stop()
    }

    // MARK: Steps

    private func load(_ name: String, _ connections: Int) throws(FargateLocalError) -> LoadGenerator
    {
        try LoadGenerator(
            wrk: command.wrk, url: front, connections: connections,
            log: "\(fargate.addresses.workDirectory)/wrk-\(name).log", guardian: fargate.guardian)
    }

    /// False when it was interrupted.
    private func waitForTasks(_ isInterrupted: () -> Bool) throws(FargateLocalError) -> Bool {
        let end = MonotonicClock.now() + Span.start + command.options.settings.startDelay
        // RUNNING comes first; the balancer's nginx then takes a moment to know of it.
        while fargate.runningTasks(command.service).count < command.tasks
            || LoopbackClient.get(port: frontPort, path: "/")?.status != 200
        {
            if isInterrupted() { return false }
            guard MonotonicClock.now() < end else {
                throw .timedOut(what: "the start of \(command.tasks) tasks", seconds: 20)
            }
            usleep(20_000)
        }
        // nginx lets its old workers go a tenth of a second after the new ones serve.
        usleep(300_000)
        return true
    }

    /// Samples and prints until the condition holds or the time is over; false when interrupted.
    private func watch(
        _ observation: inout SurgeObservation, for span: Duration, _ isInterrupted: () -> Bool,
        until isDone: (SurgeObservation) -> Bool
    ) -> Bool {
        let end = MonotonicClock.now() + span
        var nextLine = MonotonicClock.now()
        while MonotonicClock.now() < end, !isDone(observation) {
            if isInterrupted() { return false }
            let tasks = fargate.runningTasks(command.service)
            let reading = FleetReading(tasks)
            let now = MonotonicClock.now()
            observation.see(reading, running: tasks.map(\.id), now: now)
            observation.see(fargate.calls(after: observation.callsSeen))
            if now >= nextLine,
                let counts = fargate.counts(cluster: command.cluster, service: command.service)
            {
                screen.line(reading, desired: counts.desired, running: counts.running)
                nextLine = now + Span.lineEvery
            }
            usleep(Span.samplePeriodUs)
        }
        return true
    }
}
