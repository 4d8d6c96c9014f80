import CEpoll
import FargateLocal
import Foundation

/// nginx that answers every request with 204, in one process.
struct NginxPeer {
    let server: ServerProcess
    let port: UInt16

    init(processor: Int) throws {
        port = UInt16(try LocalFargate.freePort())
        let directory = "/tmp/bench-nginx-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        let file = "\(directory)/nginx.conf"
        try """
        daemon off;
        master_process off;
        pid \(directory)/nginx.pid;
        worker_rlimit_nofile 20000;
        events { worker_connections 4096; }
        http {
            access_log off;
            keepalive_requests 1000000000;
            client_body_temp_path \(directory)/body;
            proxy_temp_path \(directory)/proxy;
            fastcgi_temp_path \(directory)/fastcgi;
            uwsgi_temp_path \(directory)/uwsgi;
            scgi_temp_path \(directory)/scgi;
            server { listen 127.0.0.1:\(port) backlog=4096; location / { return 204; } }
        }
        """.write(toFile: file, atomically: true, encoding: .utf8)
        server = try ServerProcess(
            ["nginx", "-c", file, "-e", "stderr"], processor: processor, name: "nginx")
        try Peer.waitUntilListens(port)
    }
}

/// Debian's prometheus-pushgateway with its default settings.
struct PushgatewayPeer {
    let server: ServerProcess
    let port: UInt16

    init(processor: Int) throws {
        port = UInt16(try LocalFargate.freePort())
        server = try ServerProcess(
            ["prometheus-pushgateway", "--web.listen-address=127.0.0.1:\(port)"],
            processor: processor, name: "pushgateway")
        try Peer.waitUntilListens(port)
    }
}

enum Peer {
    static func waitUntilListens(_ port: UInt16) throws {
        for _ in 0..<500 {
            if let connection = PushConnection(port: port) {
                connection.close()
                return
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw BenchError("nobody listens on port \(port)")
    }
}

/// Where this process runs, and how many files it may open.
enum Processor {
    static func pin(to number: Int) throws {
        guard cepoll_pin(Int32(number)) == 0 else { throw BenchError("no processor \(number)") }
    }

    static func raiseDescriptorLimit() throws {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw BenchError("getrlimit")
        }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
