import CFargateLocal

/// The configuration of the nginx of tasks and of the balancer.
enum NginxConfiguration {
    /// What the entrypoint of the official nginx image does to a template: `${NAME}` becomes the
    /// value of each name given; nginx's own variables stay.
    static func render(_ template: String, _ values: [String: String]) -> String {
        values.reduce(template) { text, pair in
            text.replacing("${\(pair.key)}", with: pair.value)
        }
    }

    /// The main file around `http.conf`, all of it inside one directory, for whoever starts it.
    static func main(directory: String, workerConnections: Int = 8192) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "    \($0)_temp_path \(directory)/\($0);\n"
        }.joined()
        // Workers of root would be somebody who cannot enter the directory.
        let user = geteuid() == 0 ? "user root;\n" : ""
        return """
            \(user)daemon off;
            worker_processes 1;
            worker_shutdown_timeout 10s;
            pid \(directory)/nginx.pid;
            error_log stderr warn;
            events {
                worker_connections \(workerConnections);
            }
            http {
                access_log off;
                default_type text/plain;
            \(temporary)    include \(directory)/http.conf;
            }

            """
    }

    /// Where the balancer of a service listens, and the tasks it spreads requests over.
    struct Front: Equatable {
        let port: UInt16
        let tasks: [String]
    }

    /// The balancer: round robin over what runs, 503 when nothing does.
    static func balancer(statusPort: UInt16, fronts: [Front], requestLog: String?) -> String {
        let status = """
            server {
                listen 127.0.0.1:\(statusPort);
                location = /nginx_status {
                    stub_status;
                }
            }

            """
        let format = "log_format request '$msec $request_time';\n"
        let log = requestLog.map { "access_log \($0) request;" } ?? ""
        return format + fronts.map { balancer($0, log: log) }.joined() + status
    }

    private static func balancer(_ front: Front, log: String) -> String {
        let listen = "listen 127.0.0.1:\(front.port) backlog=4096;"
        if front.tasks.isEmpty { return "server {\n    \(listen)\n    return 503;\n}\n" }
        let servers = front.tasks.map { "    server \($0) max_fails=0;\n" }.joined()
        return """
            upstream service_\(front.port) {
            \(servers)    keepalive 64;
            }
            server {
                \(listen)
                \(log)
                location / {
                    proxy_pass http://service_\(front.port);
                    proxy_http_version 1.1;
                    proxy_set_header Host $host;
                    proxy_set_header Connection "";
                    proxy_set_header X-Forwarded-For $remote_addr;
                }
            }

            """
    }
}
