import Foundation
import HTTPServer

/// Our listener with nothing behind it, which answers every request with 204 as nginx does: what
/// an aggregator costs before it has looked at a report.
///
/// `bench listen PORT` is this; the ingest bench starts it as a process of its own.
enum BareListener {
    static func run(_ arguments: [String]) throws -> Bool {
        guard let port = arguments.first.flatMap(UInt16.init) else {
            throw BenchError("listen takes a port")
        }
        let options = HTTPServerOptions(address: "127.0.0.1", port: port)
        let taken = PreparedResponse(HTTPResponse(status: 204))
        let server = try HTTPServer(options) { _ in .prepared(taken) }
        return withExtendedLifetime(server) {
            // Until SIGTERM.
            while true { sleep(3600) }
        }
    }

    static func start(folder: URL) throws -> ServerProcess {
        let port = try Machine.freePort()
        return try ServerProcess(
            "listener", port: port, path: CommandLine.arguments[0],
            arguments: ["listen", "\(port)"], folder: folder)
    }
}
