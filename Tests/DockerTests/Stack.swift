import Foundation
import TestSupport
import Testing

/// A stack that moto made from a template of docker/.
struct Stack: Decodable {
    struct Resource: Decodable {
        let type: String
        let id: String?
    }

    struct Statement: Decodable, Equatable {
        let Sid: String?
        let Effect: String
        let Action: [String]
        let Resource: [String]
        let Condition: [String: [String: String]]?
    }

    struct SecurityGroup: Decodable {
        struct Permission: Decodable {
            struct Range: Decodable { let CidrIp: String }
            struct Peer: Decodable { let GroupId: String }

            let FromPort: Int?
            let ToPort: Int?
            let IpRanges: [Range]
            let UserIdGroupPairs: [Peer]
        }

        let GroupId: String
        let IpPermissions: [Permission]
    }

    struct Service: Decodable {
        let desiredCount: Int
    }

    let resources: [String: Resource]
    let outputs: [String: String]
    let roles: [String: [Statement]]
    let tasks: [String: TaskDefinition]
    let services: [String: Service]
    let groups: [String: SecurityGroup]
    let parameters: [String: String]
    let left: [String: Int]
    /// What a second stack of the template made in the same account, of other values.
    let second: Second
    /// After an update to these values.
    let status: String

    struct Second: Decodable {
        let resources: [String: Resource]
        let tasks: [String: TaskDefinition]
        let parameters: [String: String]
    }

    static let account = "us-east-1:123456789012"
    static let more = ["api", "jobs"].map { "arn:aws:ecs:\(account):service/existing/\($0)" }
    static let secret = "arn:aws:secretsmanager:\(account):secret:scaling-AbCdEf"
    /// AWS keeps names that begin with aws or ssm for itself, whatever the stack is called.
    static let policyName = "/fargate-autoscaler/test/aggregator"

    /// One template with one set of parameters.
    enum Variant: String, CaseIterable {
        case whole
        case secure
        case inExistingNetwork
        case executable
        case otherRegistry
        case beside
        case several
        case configured

        var template: String {
            switch self {
            case .whole, .secure, .inExistingNetwork, .executable, .otherRegistry: "stack.yaml"
            case .beside, .several, .configured: "aggregator-stack.yaml"
            }
        }

        private static let existing = [
            "ClusterName=existing", "ServiceName=web", "TaskSecurityGroup={group}", "Vpc={vpc}",
            "Subnets={subnets}",
        ]

        fileprivate var parameters: [String] {
            switch self {
            case .whole:
                [
                    "ServiceName=shop", "MinTasks=3", "MaxTasks=500", "BusyPerTask=7",
                    "ScaleIn=true",
                ]
            case .secure: ["Certificate={certificate}"]
            case .inExistingNetwork:
                ["Vpc={vpc}", "PublicSubnets={subnets}", "TaskSubnets={subnets}"]
            case .executable:
                [
                    "EnableExecuteCommand=true", "ResolverCidr=10.0.0.2/32",
                    "BackendImage=123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:7",
                ]
            case .otherRegistry:
                [
                    // AWS keeps these names for itself in SSM.
                    "StackName=aws-shop",
                    "ImageRegistry=222222222222.dkr.ecr.eu-west-1.amazonaws.com/platform/scaling",
                ]
            case .beside: Self.existing
            case .several:
                Self.existing + [
                    "StackName=ssm-test", "MoreServices=\(Stack.more.joined(separator: ","))",
                    "ImageRegistry=ghcr.io/shop", "SuspendAutoScaling=true",
                ]
            case .configured:
                Self.existing + [
                    "Configuration=\(Stack.secret)", "Ipv6Only=true",
                    "ImageRegistry=222222222222.dkr-ecr.us-east-1.on.aws",
                ]
            }
        }
    }

    static func of(_ variant: Variant) async throws -> Stack {
        try #require(try await all.value[variant.rawValue])
    }

    // One process makes them all: most of its time is the start of moto.
    private static let all = Task<[String: Stack], any Error> {
        let groups = Variant.allCases.map { variant in
            let template = "\(Repository.root)/docker/\(variant.template)"
            return ["\(variant.rawValue)=\(template)"] + variant.parameters
        }
        return try await Support.json("create_stack.py", Array(groups.joined(separator: ["--"])))
    }
}

/// The helper programs of these tests.
enum Support {
    /// Runs a program of Tests/Support to its end and reads the last line that it writes.
    static func json<Value: Decodable>(_ program: String, _ arguments: [String]) async throws
        -> Value
    {
        let output = try await run(
            Repository.python, [Repository.support(program)] + arguments)
        let line = try #require(output.split(separator: "\n").last)
        return try JSONDecoder().decode(Value.self, from: Data(line.utf8))
    }

    /// Runs a program to its end; what it writes, or a failure that shows it.
    @discardableResult
    static func run(
        _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> String {
        let process = try TestProcess(program, arguments, environment: environment)
        let exit = try await process.exit(within: .seconds(180))
        guard exit == .code(0) else {
            throw TestFailure("\(program) \(arguments): \(exit): \(process.output)")
        }
        return process.output
    }
}
