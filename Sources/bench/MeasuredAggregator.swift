import Foundation

/// The built aggregator beside a moto that plays ECS, so that it knows its counts and really decides.
final class MeasuredAggregator {
    static let cluster = "demo"
    private let moto: ServerProcess
    let server: ServerProcess
    let port: UInt16

    /// `services` must be `web` or `other`, which moto has.
    init(
        path: String, threads: Int, processor: Int?, services: [String], tasks: Int,
        overloadPercent: Int = 90
    ) throws {
        let root = FileManager.default.currentDirectoryPath
        let venv = ProcessInfo.processInfo.environment["PYTHON_VENV"] ?? "\(root)/.build/venv"
        moto = try ServerProcess(
            ["\(venv)/bin/python", "\(root)/Tests/Support/moto_server.py"], processor: nil,
            name: "moto")
        try moto.wait(for: "taskARNs", seconds: 60)
        let line = moto.output.split(separator: "\n").first { $0.contains("taskARNs") } ?? ""
        let world =
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        let entries = services.map {
            """
            {"cluster":"\(Self.cluster)","service":"\($0)","min":\(tasks),"max":\(tasks),\
            "target":{"metric":"busy","value":40}}
            """
        }
        let configuration = """
            {"listen":{"address":"127.0.0.1","port":0,"threads":\(threads),"overloadPercent":\(overloadPercent)},\
            "log":{"format":"json"},"services":[\(entries.joined(separator: ","))]}
            """
        server = try ServerProcess(
            [path, "run"],
            environment: [
                "AGGREGATOR_CONFIG": configuration,
                "AWS_ENDPOINT_URL": "http://127.0.0.1:\(world["port"] as? Int ?? 0)",
                "AWS_REGION": "eu-west-1",
                "AWS_ACCESS_KEY_ID": world["accessKeyID"] as? String ?? "",
                "AWS_SECRET_ACCESS_KEY": world["secretAccessKey"] as? String ?? "",
            ], processor: processor, name: "aggregator")
        // Its desired count is what min asks for: decisions hold from then on.
        try server.wait(for: "service.scaled")
        let log = server.output
        guard let start = log.range(of: "\"event\":\"aggregator.listening\""),
            let key = log.range(of: "\"port\":", range: start.upperBound..<log.endIndex),
            let port = UInt16(log[key.upperBound...].prefix { $0.isNumber })
        else { throw BenchError("no port in \(log)") }
        self.port = port
    }
}
