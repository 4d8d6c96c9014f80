import CFargateLocal
import HTTPServer
import Platform
import Synchronization

/// Fargate on a laptop: the AWS endpoint, the tasks' processes and the balancer in front of them.
package final class LocalFargate: Sendable {
    package let addresses: LocalAddresses
    let store: FargateStore
    private let server: HTTPServer
    /// The same for tasks that have a network of their own.
    private let taskServer: HTTPServer?
    private let isolation: Isolation?
    private let supervision: WorkerThread
    private let stopFlag: StopFlag
    package let guardian: Guardian

    /// What it is started with.
    package struct Options: Sendable {
        package var settings = FargateSettings()
        package var programs = FargatePrograms.found()
        package var address = "127.0.0.1"
        /// 0 takes a free port.
        package var port: UInt16 = 0
        package var clusters: Set<String> = ["default", "local"]
        /// The environment of agents, added to what ECS and the task give.
        package var agentEnvironment: [String: String] = [:]
        /// The balancer writes a line for each request, to `requestLog`; nothing bounds that file.
        package var logsRequests = false

        package init() {}
    }

    /// Starts the endpoint and the balancer; `log` takes lines for a person.
    package init(
        _ options: Options, log: @escaping @Sendable (String) -> Void
    ) throws(FargateLocalError) {
        let template = try options.programs.template()
        let directory = try Files.makeWorkDirectory()
        // First of all, so that nothing is ever started without it.
        let guardian = try Guardian(directory: directory)
        let isolation = Self.isolation(options, directory, guardian, log: log)
        let store = FargateStore(
            FargateState(settings: options.settings, clusters: options.clusters))
        let balancer = try Balancer(
            nginx: options.programs.nginx, directory: "\(directory)/front",
            statusPort: try store.takePort(),
            requestLog: options.logsRequests ? Self.requestLog(directory) : nil,
            guardian: guardian)
        let router = Router(store: store)
        let server = try Self.listen(options.address, options.port, router)
        let host = isolation?.hostAddress
        taskServer = try host.map { host throws(FargateLocalError) in
            try Self.listen(host, server.port, router)
        }
        self.server = server
        let addresses = LocalAddresses(
            port: server.port, region: options.settings.region, host: host ?? "127.0.0.1",
            workDirectory: directory,
            frontStatus: "http://127.0.0.1:\(balancer.statusPort)/nginx_status")
        router.tell(addresses)
        let stop = StopFlag()
        let environment = options.agentEnvironment(inSandboxReaching: host)
        supervision = WorkerThread(name: "supervision") {
            Supervisor(
                store: store, balancer: balancer, isolation: isolation,
                isStopped: { stop.isSet }, log: log
            ) { task, ports, sandbox in
                TaskLaunch(
                    programs: options.programs, template: template,
                    directory: "\(directory)/\(task.id)", ports: ports, sandbox: sandbox,
                    settings: options.settings,
                    metadataURL: addresses.metadata(task.id),
                    agentEnvironment: environment, guardian: guardian)
            }.run()
        }
        self.addresses = addresses
        self.store = store
        self.stopFlag = stop
        self.guardian = guardian
        self.isolation = isolation
    }

    private static func isolation(
        _ options: Options, _ directory: String, _ guardian: Guardian, log: (String) -> Void
    ) -> Isolation? {
        guard options.settings.isolatesTasks else { return nil }
        let ip = IPCommand(
            path: FargatePrograms.find("ip"), directory: directory, guardian: guardian)
        return Isolation(vCPU: options.settings.vCPU, ip, refused: log)
    }

    private static func listen(
        _ address: String, _ port: UInt16, _ router: Router
    ) throws(FargateLocalError) -> HTTPServer {
        var listen = HTTPServerOptions(address: address, port: port)
        listen.limits.bodyBytesMax = FargateLocalLimits.bodyBytesMax
        do {
            return try HTTPServer(listen) { router.answer($0) }
        } catch {
            throw .server(error)
        }
    }

    deinit {
        stop()
    }

    /// The addresses and the status as one line of JSON.
    package var addressesLine: String {
        String(decoding: JSON.encode(status), as: UTF8.self)
    }

    package var status: LocalStatus {
        LocalStatus(state: store.state.withLock { $0 }, addresses: addresses)
    }

    /// A port that nobody listens on, for what must be known before this is started.
    package static func freePort() throws(FargateLocalError) -> UInt16 {
        var ports = PortAllocator()
        return try ports.take()
    }

    /// How long tasks take from now on until their processes start.
    package func setStartDelay(_ delay: Duration) {
        store.state.withLock { $0.settings.startDelay = delay }
    }

    /// The endpoint's port.
    package var port: UInt16 { server.port }

    /// What the balancer's clients asked: of each request its end, in Unix seconds, and how many
    /// seconds it took, both with milliseconds.
    package var requestLog: String { Self.requestLog(addresses.workDirectory) }

    private static func requestLog(_ directory: String) -> String {
        "\(directory)/front/requests.log"
    }

    /// How many calls ever came.
    package var callCount: Int { store.state.withLock { $0.calls.count } }

    /// The UpdateService and other calls after the first `after` that ever came.
    package func calls(after: Int = 0) -> [RecordedCall] {
        store.state.withLock { $0.calls.entries(after: after) }
    }

    /// Makes a service as CreateService does.
    package func createService(
        cluster: String, name: String, taskDefinition: String, desiredCount: Int
    ) throws(FargateLocalError) {
        let request = CreateServiceRequest(
            cluster: cluster, serviceName: name, taskDefinition: taskDefinition,
            desiredCount: desiredCount)
        let context = store.context(Arrival())
        let made = store.state.withLock { state in
            Result { () throws(ECSError) in try state.create(request, context) }
        }
        if case .failure(let error) = made { throw .service(name: name, reason: error.message) }
        store.bell.ring()
    }

    /// Ends every task and the balancer; the endpoint stays.
    package func stopTasks() {
        guard stopFlag.set() else { return }
        store.bell.ring()
        supervision.join()
    }

    /// Whether each task has a network of its own, and no more CPU than its size.
    package var isolatesTasks: Bool {
        isolation?.hostAddress != nil && isolation?.limitsCPU == true
    }

    /// Ends what tasks reach of this endpoint: their metadata.
    package func stopMetadata() {
        taskServer?.stop()
    }

    /// Ends everything; what is left, the guardian ends.
    package func stop() {
        stopTasks()
        taskServer?.stop()
        server.stop()
        isolation?.remove()
        guardian.finish()
    }
}

extension LocalFargate.Options {
    /// What is loopback for us is another address for tasks with a network of their own.
    fileprivate func agentEnvironment(inSandboxReaching host: String?) -> [String: String] {
        var environment = agentEnvironment
        guard let host, let url = environment["AGGREGATOR_URL"] else { return environment }
        environment["AGGREGATOR_URL"] = url.replacing("://127.0.0.1", with: "://\(host)")
            .replacing("://localhost", with: "://\(host)")
        return environment
    }
}

extension LocalFargate {
    /// Whether this machine lets tasks have a network and a CPU group of their own.
    package static func allowsIsolation() throws(FargateLocalError) -> Bool {
        var options = Options()
        options.programs.agent = nil
        let fargate = try LocalFargate(options) { _ in }
        defer { fargate.stop() }
        return fargate.isolatesTasks
    }
}
