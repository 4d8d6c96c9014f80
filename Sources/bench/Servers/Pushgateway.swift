import Foundation

/// prometheus-pushgateway as Debian gives it, with its default settings.
enum Pushgateway {
    static func start(folder: URL) throws -> ServerProcess {
        let port = try Machine.freePort()
        // Kept in memory only: Debian's file would outlive the bench.
        return try ServerProcess(
            "pushgateway", port: port, path: "/usr/bin/prometheus-pushgateway",
            arguments: ["--web.listen-address=127.0.0.1:\(port)", "--persistence.file="],
            folder: folder)
    }
}
