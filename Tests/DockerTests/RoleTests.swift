import Foundation
import TestSupport
import Testing

/// Each role is allowed what its owner does, on what it does it to, and nothing else.
@Suite struct RoleTests {
    /// AWS knows no ARN to narrow these by (Service Authorization Reference).
    static let withoutARN: Set<String> = [
        "application-autoscaling:DescribeScalableTargets", "ecr:GetAuthorizationToken",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]

    /// How IAM calls what the clients are named after.
    static let prefixes = [
        "ApplicationAutoScaling": "application-autoscaling", "DynamoDB": "dynamodb", "ECS": "ecs",
        "SNS": "sns",
    ]

    /// What the clients in Sources/AWS call, as actions of IAM.
    static func operationsOfTheClients() throws -> Set<String> {
        let folder = "\(Repository.root)/Sources/AWS"
        var found: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder)
        where file.hasSuffix("Client.swift") && file != "AWSClient.swift" {
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            let service = try #require(prefixes[String(file.dropLast("Client.swift".count))])
            let operation = #/(?:call\(\s*|operation(?:: String)? = )"([A-Z]\w+)"/#
            for match in text.matches(of: operation) {
                found.insert("\(service):\(match.1)")
            }
        }
        return found
    }

    /// Only where somebody asked for it.
    static let asked: Set<String> = ["application-autoscaling:RegisterScalableTarget"]

    @Test(arguments: [Stack.Variant.whole, .beside, .several])
    func theAggregatorMayDoWhatItsClientsDo(variant: Stack.Variant) async throws {
        let all = try Self.operationsOfTheClients()
        let operations = variant == .several ? all : all.subtracting(Self.asked)
        #expect(operations.isSuperset(of: ["ecs:UpdateService", "ecs:DescribeServices"]))
        let statements = try #require(try await Stack.of(variant).roles["AggregatorRole"])
        #expect(statements.allSatisfy { $0.Effect == "Allow" })
        #expect(Set(statements.flatMap(\.Action)) == operations)
    }

    @Test func theAggregatorChangesTheNamedServiceOnly() async throws {
        let stack = try await Stack.of(.whole)
        let statements = try #require(stack.roles["AggregatorRole"])
        let cluster = try #require(stack.outputs["Cluster"])
        let update = statements.filter { $0.Action.contains("ecs:UpdateService") }
        #expect(
            update.flatMap(\.Resource) == ["arn:aws:ecs:\(Stack.account):service/\(cluster)/shop"])
        let publish = statements.filter { $0.Action.contains("sns:Publish") }
        #expect(publish.flatMap(\.Resource) == stack.outputs["Topic"].map { [$0] })
    }

    /// For people who write their roles themselves.
    @Test func thePolicyFileAllowsTheSame() async throws {
        struct Document: Decodable {
            struct Statement: Decodable {
                let Sid: String
                let Action: OneOrMore
            }
            let Statement: [Statement]
        }
        let file = URL(fileURLWithPath: "\(Repository.root)/docker/aggregator-policy.json")
        let document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: file))
        let inStack = try #require(try await Stack.of(.whole).roles["AggregatorRole"])
        #expect(document.Statement.map(\.Sid) == inStack.map(\.Sid))
        #expect(document.Statement.map(\.Action.values) == inStack.map(\.Action))
    }

    @Test func noRoleHasAWildcardWhereAnARNWouldDo() async throws {
        let stacks = [try await Stack.of(.executable), try await Stack.of(.beside)]
        for (role, statements) in stacks.flatMap(\.roles) {
            for statement in statements {
                #expect(statement.Action.allSatisfy { !$0.contains("*") }, "\(role)")
                guard statement.Resource == ["*"] else {
                    #expect(statement.Resource.allSatisfy { $0.hasPrefix("arn:aws:") }, "\(role)")
                    continue
                }
                let actions = Set(statement.Action)
                #expect(actions.isSubset(of: Self.withoutARN), "\(role): \(actions)")
            }
        }
    }

    @Test func startingATaskNeedsItsOwnImagesLogsAndSecretsOnly() async throws {
        let stack = try await Stack.of(.executable)
        let start: Set<String> = [
            "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer", "logs:CreateLogStream", "logs:PutLogEvents",
            "secretsmanager:GetSecretValue",
        ]
        let web = try #require(stack.roles["WebExecutionRole"])
        #expect(Set(web.flatMap(\.Action)) == start)
        let repositories = web.flatMap(\.Resource).filter { $0.contains(":ecr:") }
        #expect(
            Set(repositories.compactMap { $0.split(separator: ":").last })
                == [
                    "repository/fargate-autoscaler/nginx", "repository/fargate-autoscaler/agent",
                    "repository/shop*",
                ])
        let aggregator = try #require(stack.roles["AggregatorExecutionRole"])
        #expect(Set(aggregator.flatMap(\.Action)) == start.union(["ssm:GetParameters"]))
        #expect(
            aggregator.flatMap(\.Resource).contains(
                "arn:aws:ssm:\(Stack.account):parameter\(Stack.policyName)"))
    }

    /// The registry's account; in every region of it, whose part of the name differs in IPv6's.
    @Test(arguments: [
        (
            Stack.Variant.otherRegistry, "WebExecutionRole",
            ["repository*/nginx", "repository*/agent", "repository*/backend"]
        ),
        (.otherRegistry, "AggregatorExecutionRole", ["repository*/aggregator"]),
        (.configured, "AggregatorExecutionRole", ["repository*/aggregator"]),
    ])
    func imagesElsewhereMayBePulled(
        variant: Stack.Variant, role: String, repositories: [String]
    ) async throws {
        let stack = try await Stack.of(variant)
        let resources = try #require(stack.roles[role]).flatMap(\.Resource)
        #expect(
            resources.filter { $0.contains(":ecr:") }
                == repositories.map { "arn:aws:ecr:*:222222222222:\($0)" })
        for container in stack.tasks.values.flatMap(\.containerDefinitions) {
            #expect(container.image.hasPrefix("222222222222."))
        }
    }

    @Test func severalServicesMayBeChangedAndNoOthers() async throws {
        let statements = try #require(try await Stack.of(.several).roles["AggregatorRole"])
        let update = statements.filter { $0.Action.contains("ecs:UpdateService") }
        #expect(
            update.flatMap(\.Resource)
                == ["arn:aws:ecs:\(Stack.account):service/existing/web"] + Stack.more)
    }

    @Test func theTasksThemselvesMayDoNothing() async throws {
        #expect(try await Stack.of(.whole).roles["WebRole"] == [])
        let executable = try await Stack.of(.executable)
        let actions = try #require(executable.roles["WebRole"]).flatMap(\.Action)
        #expect(actions.allSatisfy { $0.hasPrefix("ssmmessages:") })
    }
}

/// IAM writes a list of one without brackets.
private struct OneOrMore: Decodable {
    let values: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        values = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
    }
}
