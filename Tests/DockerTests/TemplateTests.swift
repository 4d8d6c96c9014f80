import Foundation
import TestSupport
import Testing

/// The templates as text: what cfn-lint, the order of their resources and each other say of them.
@Suite struct TemplateTests {
    private static func path(_ template: String) -> String {
        "\(Repository.root)/docker/\(template)"
    }

    @Test func cfnLintHasNothingToSayWhateverIsChosen() async throws {
        let output = try await Support.run(
            Repository.python,
            [Repository.support("lint_templates.py")]
                + ["stack.yaml", "aggregator-stack.yaml"].map(Self.path))
        let lints = try #require(Int(output.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(lints >= 20)
    }

    private struct Order: Decodable {
        let combinations: Int
        let cycles: [String]
        let dangling: [String]
        let violations: [String]
    }

    /// Each pair: the first is created after the second and deleted before it, whatever is chosen.
    @Test(arguments: [
        (
            "stack.yaml",
            [
                // "VPC has no internet gateway"; in deletion, "mapped public addresses".
                "LoadBalancer>InternetRoute", "WebService>InternetRoute",
                "AggregatorService>InternetRoute", "LoadBalancer>InternetGatewayAttachment",
                "AggregatorService>InternetGatewayAttachment",
                "WebService>SubnetARoutes", "AggregatorService>SubnetBRoutes",
                // "The target group does not have an associated load balancer."
                "WebService>HttpListener", "WebService>HttpsListener",
                "HttpListener>HttpsListener", "WebService>TasksFromLoadBalancer",
                // What the aggregator looks for is there; it is gone before what it scales.
                "AggregatorService>WebService", "AggregatorService>AggregatorExecute",
                "AggregatorService>AggregatorName", "AggregatorService>Policy",
            ]
        ),
        (
            "aggregator-stack.yaml",
            [
                "AggregatorService>AggregatorExecute", "AggregatorService>AggregatorName",
                "TasksToAggregator>AggregatorGroup",
            ]
        ),
    ])
    func resourcesWaitForWhatTheyNeed(template: String, pairs: [String]) async throws {
        let order: Order = try await Support.json(
            "template_graph.py", [Self.path(template)] + pairs)
        #expect(order.combinations >= 512)
        #expect(order.cycles.isEmpty)
        #expect(order.dangling.isEmpty)
        #expect(order.violations.isEmpty)
    }

    @Test func theOrderSeesWhatDoesNotWait() async throws {
        let order: Order = try await Support.json(
            "template_graph.py",
            [Self.path("aggregator-stack.yaml"), "Topic>Token", "AggregatorGroup>NoSuchThing"])
        #expect(order.violations == ["AggregatorGroup>NoSuchThing", "Topic>Token"])
    }

    @Test(arguments: [
        ("check_costs.py", ["README.md"], 15),
        ("check_examples.py", ["README.md", "aggregator-stack.yaml"], 2),
    ])
    func thePageIsRight(program: String, files: [String], count: Int) async throws {
        let output = try await Support.run(
            Repository.python, [Repository.support(program)] + files.map(Self.path))
        #expect(output == "\(count)\n")
    }

    /// What the two templates both make is the same text, but for the names of what is there
    /// before.
    @Test func bothStacksMakeTheSameAggregator() throws {
        let whole = try Self.resources("stack.yaml")
        let beside = try Self.resources("aggregator-stack.yaml")
        let same = [
            "Token", "OperatorToken", "Topic", "Subscription", "AggregatorLogs",
            "AggregatorExecute",
        ]
        for name in same {
            #expect(whole[name] != nil)
            #expect(whole[name] == beside[name])
        }
        let task = try #require(whole["AggregatorTask"])
        for line in task.split(separator: "\n") where !line.contains("{Name: A") {
            #expect(beside["AggregatorTask"]?.contains(line) == true, "\(line)")
        }
    }

    /// The text of each resource, without comments.
    private static func resources(_ template: String) throws -> [String: String] {
        let text = try String(contentsOfFile: path(template), encoding: .utf8)
        let part = try #require(text.components(separatedBy: "\nResources:\n").last)
        var found: [String: String] = [:]
        var name: String?
        for line in part.split(separator: "\n") {
            if let match = line.wholeMatch(of: #/  (\w+):/#) { name = String(match.1) }
            if line.hasPrefix("Outputs:") { break }
            if let name, !line.contains("# ") { found[name, default: ""] += line + "\n" }
        }
        return found
    }
}
