/// The members of requests that this Fargate understands; others are accepted and ignored.
struct CreateServiceRequest: Decodable {
    var cluster: String?
    var serviceName: String
    var taskDefinition: String?
    var desiredCount: Int?
}

struct UpdateServiceRequest: Decodable {
    var cluster: String?
    var service: String
    var desiredCount: Int?
    var taskDefinition: String?
    var forceNewDeployment: Bool?
}

struct DescribeServicesRequest: Decodable {
    var cluster: String?
    var services: [String]
}

struct ListTasksRequest: Decodable {
    var cluster: String?
    var serviceName: String?
    var family: String?
    var desiredStatus: String?
    var maxResults: Int?
    var nextToken: String?
}

struct DescribeTasksRequest: Decodable {
    var cluster: String?
    var tasks: [String]
}

struct DescribeClustersRequest: Decodable {
    var clusters: [String]?
}

struct StopTaskRequest: Decodable {
    var cluster: String?
    var task: String
    var reason: String?
}
