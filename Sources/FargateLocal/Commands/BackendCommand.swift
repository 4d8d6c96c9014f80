import HTTPServer
import Platform

/// `fargate-local backend`: the application of a task.
package struct BackendCommand: Equatable, Sendable {
    package private(set) var address = "127.0.0.1"
    package private(set) var port: UInt16 = 2015
    package private(set) var serviceTimeMs = 50
    package private(set) var concurrency = 100
    package private(set) var cpuTimeMs = 0

    package static let usage = """
        fargate-local backend [--address 127.0.0.1] [--port 2015] [--service-time-ms 50] [--concurrency 100]
                              [--cpu-ms 0]
          Answers each request after the service time, and after keeping the CPU busy; more than the concurrency wait in order.
          Without --address and --port, HOST and PORT of the environment say where.
        """

    package init(
        _ arguments: [String], environment: (String) -> String? = { _ in nil }
    ) throws(FargateLocalError) {
        var arguments = Arguments(arguments)
        address = try arguments.value("--address") ?? environment("HOST") ?? address
        port = environment("PORT").flatMap(UInt16.init) ?? port
        port = UInt16(try arguments.integer("--port", 0...65_535) ?? Int(port))
        serviceTimeMs = try arguments.integer("--service-time-ms", 0...600_000) ?? serviceTimeMs
        concurrency = try arguments.integer("--concurrency", 1...100_000) ?? concurrency
        cpuTimeMs = try arguments.integer("--cpu-ms", 0...10_000) ?? cpuTimeMs
        try arguments.end()
    }

    /// Serves until a signal comes.
    package func run(signals: borrowing SignalQueue) throws(FargateLocalError) {
        let server: BackendServer
        do {
            server = try BackendServer(
                address: address, port: port, serviceTime: .milliseconds(serviceTimeMs),
                concurrency: concurrency, cpuTime: .milliseconds(cpuTimeMs))
        } catch {
            throw .server(error)
        }
        while signals.wait() != .terminate {}
        server.stop()
    }
}
