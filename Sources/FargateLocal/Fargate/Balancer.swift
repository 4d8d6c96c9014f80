import CFargateLocal

/// The nginx in front of all services; used by the supervisor's thread alone.
final class Balancer {
    let statusPort: UInt16
    private let directory: String
    private let requestLog: String?
    private var process: ChildProcess
    private var fronts: [NginxConfiguration.Front] = []

    /// Starts it, and waits until it answers.
    init(
        nginx: String, directory: String, statusPort: UInt16, requestLog: String?,
        guardian: Guardian
    ) throws(FargateLocalError) {
        self.directory = directory
        self.requestLog = requestLog
        self.statusPort = statusPort
        try Files.makeDirectory(directory)
        try Files.write(
            NginxConfiguration.balancer(
                statusPort: statusPort, fronts: [], requestLog: requestLog),
            to: "\(directory)/http.conf")
        process = try ChildProcess(
            path: nginx, arguments: try NginxProcess.arguments(directory), environment: [:],
            log: "\(directory)/nginx.log", guardian: guardian)
        // A signal before nginx is up would end it.
        for _ in 0..<Self.startProbes {
            if LoopbackClient.get(port: statusPort, path: "/nginx_status")?.status == 200 { return }
            usleep(10_000)
        }
        process.signalGroup(SIGKILL)
        throw .timedOut(what: "the start of the balancer's nginx", seconds: 5)
    }

    private static let startProbes = 500

    /// Spreads requests over these from now on.
    func update(_ fronts: [NginxConfiguration.Front]) throws(FargateLocalError) {
        guard fronts != self.fronts else { return }
        try Files.write(
            NginxConfiguration.balancer(
                statusPort: statusPort, fronts: fronts, requestLog: requestLog),
            to: "\(directory)/http.conf")
        process.signal(SIGHUP)
        self.fronts = fronts
    }

    func stop() {
        process.signal(SIGTERM)
        _ = process.end(within: .seconds(2))
    }
}
