import Foundation
import TestSupport
import Testing

@Suite struct StackTests {
    @Test func theWholeStackIsCreatedAndDeletionLeavesNothing() async throws {
        let stack = try await Stack.of(.whole)
        let kinds = Set(stack.resources.values.map(\.type))
        for kind in [
            "EC2::VPC", "ElasticLoadBalancingV2::LoadBalancer", "ECS::Cluster", "SNS::Topic",
            "SSM::Parameter", "SecretsManager::Secret", "ServiceDiscovery::Service",
            "Logs::LogGroup", "IAM::Role",
        ] {
            #expect(kinds.contains("AWS::\(kind)"))
        }
        #expect(Set(stack.services.keys) == ["WebService", "AggregatorService"])
        #expect(stack.outputs["Url"]?.hasPrefix("http://") == true)
        let url = try #require(stack.outputs["Aggregator"])
        #expect(url.wholeMatch(of: #/http://aggregator\.fleet-[0-9a-f]{8}\.internal:8787/#) != nil)
        #expect(stack.outputs["Topic"]?.hasPrefix("arn:aws:sns:") == true)
        #expect(stack.left.values.allSatisfy { $0 == 0 }, "\(stack.left)")
    }

    @Test func theAggregatorAloneIsCreatedAndDeletionLeavesNothing() async throws {
        let stack = try await Stack.of(.beside)
        #expect(Set(stack.services.keys) == ["AggregatorService"])
        #expect(stack.outputs["AggregatorUrl"]?.hasPrefix("http://aggregator.fleet-") == true)
        #expect(stack.left.values.allSatisfy { $0 == 0 }, "\(stack.left)")
    }

    /// Of the same cluster, where the template does not bring one of its own.
    @Test(arguments: Stack.Variant.allCases)
    func aSecondStackSharesNothing(variant: Stack.Variant) async throws {
        let stack = try await Stack.of(variant)
        #expect(stack.second.resources.count == stack.resources.count)
        for (name, resource) in stack.resources where resource.id != nil {
            #expect(stack.second.resources[name]?.id != resource.id, "\(name)")
        }
    }

    @Test(arguments: Stack.Variant.allCases)
    func aNewTagStartsNewTasks(variant: Stack.Variant) async throws {
        let stack = try await Stack.of(variant)
        #expect(stack.status == "UPDATE_COMPLETE")
        let images = stack.second.tasks.values.flatMap(\.containerDefinitions).map(\.image)
        #expect(images.allSatisfy { $0.hasSuffix(":0.1.1") || $0.hasSuffix("/shop:7") })
    }

    @Test(arguments: Stack.Variant.allCases)
    func noNameBeginsWithTheStacks(variant: Stack.Variant) async throws {
        for name in try await Stack.of(variant).parameters.keys {
            #expect(name.hasPrefix("/fargate-autoscaler/"), "\(name)")
        }
    }

    @Test func severalServicesHaveOneAggregator() async throws {
        let stack = try await Stack.of(.several)
        let policy = try #require(stack.parameters["/fargate-autoscaler/ssm-test/aggregator"])
        let program = try Repository.program("aggregator")
        let output = try await Support.run(program, ["check"], ["AGGREGATOR_CONFIG": policy])
        #expect(output.contains("existing/web, existing/api, existing/jobs"), "\(output)")
        #expect(policy.contains(#""applicationAutoScaling": "suspend""#), "\(policy)")
    }

    @Test func aConfigurationOfOnesOwnReplacesTheStacks() async throws {
        let stack = try await Stack.of(.configured)
        #expect(stack.parameters.isEmpty)
        let aggregator = try #require(stack.tasks["AggregatorTask"]?.container("aggregator"))
        let secret = aggregator.secrets?.first { $0.name == "AGGREGATOR_CONFIG" }
        #expect(secret?.valueFrom == Stack.secret)
        let role = try #require(stack.roles["AggregatorExecutionRole"])
        #expect(role.contains { $0.Resource == [Stack.secret] })
        #expect(aggregator.value("AWS_USE_DUALSTACK_ENDPOINT") == "true")
    }

    @Test func anExistingNetworkIsUsedInsteadOfANewOne() async throws {
        let stack = try await Stack.of(.inExistingNetwork)
        #expect(!stack.resources.values.contains { $0.type == "AWS::EC2::VPC" })
        #expect(!stack.resources.values.contains { $0.type == "AWS::EC2::Subnet" })
        #expect(stack.services.count == 2)
    }

    @Test func aCertificateMakesItHttps() async throws {
        let stack = try await Stack.of(.secure)
        #expect(stack.outputs["Url"]?.hasPrefix("https://") == true)
        #expect(stack.resources["HttpsListener"] != nil)
        let group = try #require(stack.groups["LoadBalancerGroup"])
        #expect(Set(group.IpPermissions.map(\.FromPort)) == [80, 443])
    }

    @Test func onlyTheLoadBalancerIsOpenToTheWorld() async throws {
        let stack = try await Stack.of(.whole)
        let tasks = try #require(stack.groups["TaskGroup"])
        let balancer = try #require(stack.groups["LoadBalancerGroup"])
        let aggregator = try #require(stack.groups["AggregatorGroup"])
        #expect(stack.groups.count == 3)
        #expect(
            balancer.IpPermissions.map { [$0.FromPort, $0.ToPort] } == [[80, 80]])
        for (group, port, peer) in [(tasks, 80, balancer), (aggregator, 8787, tasks)] {
            let permission = try #require(group.IpPermissions.first)
            #expect(group.IpPermissions.count == 1)
            #expect(permission.FromPort == port && permission.ToPort == port)
            #expect(permission.IpRanges.isEmpty)
            #expect(permission.UserIdGroupPairs.map(\.GroupId) == [peer.GroupId])
        }
    }

    @Test func theAggregatorBesideAServiceHearsOnlyItsTasks() async throws {
        let group = try #require(try await Stack.of(.beside).groups["AggregatorGroup"])
        #expect(group.IpPermissions.map(\.FromPort) == [8787])
        #expect(group.IpPermissions.allSatisfy { $0.IpRanges.isEmpty })
    }

    @Test func agentsLookUpTheNameThatTheStackCreates() async throws {
        let stack = try await Stack.of(.whole)
        let agent = try #require(stack.tasks["WebTask"]?.container("agent"))
        #expect(agent.value("AGGREGATOR_URL") == stack.outputs["Aggregator"])
        #expect(agent.value("ECS_SERVICE_NAME") == "shop")
        #expect(agent.secrets?.map(\.valueFrom) == stack.outputs["Token"].map { [$0] })
    }

    @Test func thePolicyNamesTheServiceOfTheStack() async throws {
        struct Policy: Decodable {
            struct Target: Decodable {
                let metric: String
                let value: Double
            }
            struct ScaleIn: Decodable { let enabled: Bool }
            struct Service: Decodable {
                let cluster: String
                let service: String
                let min: Int
                let max: Int
                let target: Target
                let scaleIn: ScaleIn
                let snsTopicArn: String
            }
            let services: [Service]
        }
        let stack = try await Stack.of(.whole)
        let text = try #require(stack.parameters[Stack.policyName])
        let policy = try JSONDecoder().decode(Policy.self, from: Data(text.utf8))
        let service = try #require(policy.services.first)
        #expect(service.cluster == stack.outputs["Cluster"])
        #expect(service.service == "shop")
        #expect(service.min == 3 && service.max == 500)
        #expect(service.target.metric == "busy" && service.target.value == 7)
        #expect(service.scaleIn.enabled)
        #expect(service.snsTopicArn == stack.outputs["Topic"])
    }

    @Test(arguments: [Stack.Variant.whole, .beside])
    func theAggregatorTakesThePolicy(variant: Stack.Variant) async throws {
        let policy = try #require(try await Stack.of(variant).parameters[Stack.policyName])
        try await Support.run(
            Repository.program("aggregator"), ["check"], ["AGGREGATOR_CONFIG": policy])
    }

    @Test(arguments: ["stack.yaml", "aggregator-stack.yaml"])
    func awsTakesTheTemplateWithoutABucket(template: String) throws {
        let path = "\(Repository.root)/docker/\(template)"
        let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect(try #require(bytes) < 51_200)
    }

    /// compose.yaml has its configuration between its key and the next one.
    @Test func theAggregatorTakesThePolicyOfComposeToo() async throws {
        let text = try String(
            contentsOfFile: "\(Repository.root)/docker/compose.yaml", encoding: .utf8)
        let policy = try #require(
            text.firstMatch(of: #/AGGREGATOR_CONFIG: \|\n((?:        .*\n)+)/#)
        ).1
        try await Support.run(
            Repository.program("aggregator"), ["check"], ["AGGREGATOR_CONFIG": String(policy)])
    }

    @Test func theTemplatesNameTheVersionThatIsBuilt() throws {
        let versions = try [
            "Sources/AgentCore/AgentVersion.swift",
            "Sources/AggregatorCore/AggregatorVersion.swift",
        ].map { file in
            let text = try String(contentsOfFile: "\(Repository.root)/\(file)", encoding: .utf8)
            return try #require(text.firstMatch(of: #/ = "([0-9.]+)"/#)).1
        }
        let version = try #require(versions.first)
        #expect(versions == [version, version])
        for template in ["stack.yaml", "aggregator-stack.yaml"] {
            let text = try String(
                contentsOfFile: "\(Repository.root)/docker/\(template)", encoding: .utf8)
            #expect(text.contains("    Default: \(version)\n"))
        }
        for file in TaskDefinitionTests.files + ["compose.yaml"] {
            let text = try String(
                contentsOfFile: "\(Repository.root)/docker/\(file)", encoding: .utf8)
            for image in text.matches(of: #/fargate-autoscaler\/\w+:([^"\n]+)/#) {
                #expect(image.1 == version)
            }
        }
    }
}
