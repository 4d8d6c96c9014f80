import Foundation

/// nginx with one worker that answers every request with 204 and does nothing else.
enum Nginx {
    static func start(folder: URL) throws -> ServerProcess {
        let port = try Machine.freePort()
        let configuration = folder.appending(path: "nginx.conf")
        try """
        daemon off;
        master_process off;
        pid \(folder.path)/nginx.pid;
        error_log stderr crit;
        events { worker_connections 4096; }
        http {
            access_log off;
            keepalive_requests 1000000000;
            keepalive_timeout 600;
            client_body_temp_path \(folder.path)/body;
            proxy_temp_path \(folder.path)/proxy;
            fastcgi_temp_path \(folder.path)/fastcgi;
            uwsgi_temp_path \(folder.path)/uwsgi;
            scgi_temp_path \(folder.path)/scgi;
            server {
                listen 127.0.0.1:\(port) backlog=4096;
                return 204;
            }
        }
        """.write(to: configuration, atomically: true, encoding: .utf8)
        return try ServerProcess(
            "nginx", port: port, path: "/usr/sbin/nginx",
            arguments: ["-e", "stderr", "-p", folder.path, "-c", configuration.path],
            folder: folder)
    }
}
