import Foundation
import Glibc

/// What the measured programs speak with: an nginx to sample, and another one that stands for the
/// aggregator and the task metadata.
final class CostServers {
    let folder: URL
    let statusPort: Int
    let listenerPort: Int
    let sampled: CostProcess
    private var listener: CostProcess?
    private let statusClient: StatusReader

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "bench-agent-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        statusPort = try Self.freePort()
        listenerPort = try Self.freePort()
        sampled = try Self.nginx(
            "sampled", folder,
            """
            server { listen 127.0.0.1:\(statusPort);
              listen unix:\(folder.path)/status.sock;
              keepalive_requests 1000000;
              location = /nginx_status { stub_status; } }
            """)
        statusClient = StatusReader(port: statusPort)
        try startListener()
        usleep(500_000)
        _ = try requests()
    }

    func startListener() throws {
        let metadata = """
            {"Cluster":"demo","TaskARN":"arn:aws:ecs:eu-west-1:111122223333:task/demo/1",\
            "Family":"web","Revision":"7","ServiceName":"shop"}
            """
        listener = try Self.nginx(
            "listener", folder,
            """
            server { listen 127.0.0.1:\(listenerPort); keepalive_requests 1000000;
              location = /v1/reports { return 204; }
              location = /v4/task { return 200 '\(metadata)'; } }
            """)
    }

    func stopListener() {
        listener = nil
    }

    deinit {
        // A few logs in the system's folder for such.
        try? FileManager.default.removeItem(at: folder)
    }

    var statusURL: String { "http://127.0.0.1:\(statusPort)/nginx_status" }
    var unixURL: String { "unix:\(folder.path)/status.sock:/nginx_status" }

    /// Requests that the sampled nginx has served, this one included.
    func requests() throws -> Double { try statusClient.requests() }

    private static func nginx(_ name: String, _ folder: URL, _ servers: String) throws
        -> CostProcess
    {
        let file = folder.appending(path: "\(name).conf")
        let text = """
            daemon off; pid \(folder.path)/\(name).pid; worker_processes 1; error_log stderr;
            events { worker_connections 256; }
            http { access_log off;
            client_body_temp_path \(folder.path)/\(name)-body;
            proxy_temp_path \(folder.path)/\(name)-proxy;
            fastcgi_temp_path \(folder.path)/\(name)-fastcgi;
            uwsgi_temp_path \(folder.path)/\(name)-uwsgi;
            scgi_temp_path \(folder.path)/\(name)-scgi;
            \(servers) }
            """
        try text.write(to: file, atomically: true, encoding: .utf8)
        return try CostProcess(
            name, path: "/usr/sbin/nginx", arguments: ["-c", file.path, "-e", "stderr"],
            log: folder.appending(path: "\(name).log"))
    }

    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0
                    ? getsockname(descriptor, address, &length) : -1
            }
        }
        guard code == 0 else { throw CostError(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
