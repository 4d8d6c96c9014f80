import FoundationEssentials
import HTTPServer

/// ECS for services of which only the counts are there: DescribeServices and UpdateService, in the
/// same shapes as those of services with tasks.
package struct CountedServices: Sendable {
    private let cluster: String
    private let running: [String: Int]
    private var desired: [String: Int]
    private let arn: Arn

    /// `running` gives each service's tasks, which are as many as are desired at first.
    package init(cluster: String, running: [String: Int], region: String) {
        self.cluster = cluster
        self.running = running
        desired = running
        var settings = FargateSettings()
        settings.region = region
        arn = Arn(settings: settings)
    }

    /// `target` is the header `X-Amz-Target`.
    package mutating func answer(target: String, _ body: [UInt8]) -> HTTPResponse {
        do {
            let operation = target.split(separator: ".").last.map(String.init) ?? ""
            return ECSEndpoint.response(200, Array(try perform(operation, Data(body))))
        } catch {
            return ECSEndpoint.response(error)
        }
    }

    private mutating func perform(_ operation: String, _ body: Data) throws(ECSError) -> Data {
        switch operation {
        case "DescribeServices":
            let request: DescribeServicesRequest = try ECSEndpoint.decode(body)
            return JSON.encode(
                ServicesAnswer(services: try request.services.map(shape), failures: []))
        case "UpdateService":
            let request: UpdateServiceRequest = try ECSEndpoint.decode(body)
            let name = Arn.shortName(request.service)
            if let count = request.desiredCount, running[name] != nil { desired[name] = count }
            return JSON.encode(ServiceAnswer(service: try shape(name)))
        default: throw .unknownOperation(operation)
        }
    }

    private func shape(_ service: String) throws(ECSError) -> ServiceShape {
        let name = Arn.shortName(service)
        guard let running = running[name], let desired = desired[name] else {
            throw .serviceNotFound
        }
        return ServiceShape(
            serviceArn: arn.service(ServiceKey(cluster: cluster, service: name)),
            serviceName: name, clusterArn: arn.cluster(cluster), desiredCount: desired,
            runningCount: running, pendingCount: 0, taskDefinition: "\(name):1", deployments: [],
            events: [], createdAt: 0)
    }
}
