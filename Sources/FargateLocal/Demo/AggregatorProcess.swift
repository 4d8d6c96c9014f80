import CFargateLocal
import FoundationEssentials

/// The real aggregator, configured to scale the service of a LocalFargate.
package final class AggregatorProcess {
    private var process: ChildProcess
    package let url: String
    package let log: String
    private let address: String
    private let port: UInt16

    package struct Settings: Sendable {
        package var path: String
        /// Where it listens.
        package var address: String
        package var port: UInt16
        package var endpoint: String
        package var region: String
        /// The JSON document.
        package var configuration: String
        package var token: String?

        package init(
            path: String, address: String, port: UInt16, endpoint: String, region: String,
            configuration: String, token: String?
        ) {
            self.path = path
            self.address = address
            self.port = port
            self.endpoint = endpoint
            self.region = region
            self.configuration = configuration
            self.token = token
        }
    }

    /// The access key that its calls are recorded under.
    package static let accessKeyID = "AKIAAGGREGATOR"
    private static let healthProbes = 1000

    /// Starts it, and waits until it answers.
    package init(
        _ settings: Settings, log: String, guardian: Guardian
    ) throws(FargateLocalError) {
        guard Files.isExecutable(settings.path) else {
            throw .missingFile(what: "the aggregator", path: settings.path)
        }
        var environment = [
            "AGGREGATOR_CONFIG": settings.configuration, "AWS_ENDPOINT_URL": settings.endpoint,
            "AWS_REGION": settings.region, "AWS_ACCESS_KEY_ID": Self.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": "not-a-secret", "PATH": "/usr/bin:/bin",
        ]
        environment["AGGREGATOR_TOKEN"] = settings.token
        self.log = log
        address = settings.address
        port = settings.port
        url = "http://\(settings.address):\(settings.port)"
        process = try ChildProcess(
            path: settings.path, arguments: ["run"], environment: environment, log: log,
            guardian: guardian)
        for _ in 0..<Self.healthProbes {
            if LoopbackClient.get(address, port: port, path: "/healthz")?.status == 200 { return }
            if process.hasEnded() { break }
            usleep(10_000)
        }
        let said = (try? Files.read(log, what: "the aggregator's log")) ?? ""
        throw .notHealthy(what: "the aggregator", log: said)
    }

    package func hasEnded() -> Bool { process.hasEnded() }

    package func stop() {
        process.signal(SIGTERM)
        _ = process.end(within: .seconds(6))
    }

    /// The configuration that scales one service to `target` requests in progress for each task;
    /// with `headroomPercent`, by that alone instead of what was learnt.
    package static func configuration(
        address: String, port: UInt16, cluster: String, service: String, min: Int, max: Int,
        target: Int,
        topic: String?, headroomPercent: Int? = nil, dryRun: Bool? = nil
    ) -> String {
        struct Document: Encodable {
            struct Listen: Encodable {
                let address: String
                let port: Int
            }
            struct Target: Encodable {
                let metric = "busy"
                let value: Int
            }
            struct Service: Encodable {
                let cluster: String
                let service: String
                let min: Int
                let max: Int
                let target: Target
                let headroomPercent: Int?
                let dryRun: Bool?
                let snsTopicArn: String?
            }
            let listen: Listen
            let reconcileSeconds = 1
            let services: [Service]
        }
        let document = Document(
            listen: .init(address: address, port: Int(port)),
            services: [
                .init(
                    cluster: cluster, service: service, min: min, max: max,
                    target: .init(value: target), headroomPercent: headroomPercent, dryRun: dryRun,
                    snsTopicArn: topic)
            ])
        return String(decoding: JSON.encode(document), as: UTF8.self)
    }
}
