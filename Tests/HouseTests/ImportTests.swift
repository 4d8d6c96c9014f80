import Foundation
import Testing

/// Arrows between targets go one way: a target imports what its row lists, and nothing else.
@Suite struct ImportTests {
    /// What each target may import: of this package, and of the toolchain.
    static let allowed: [String: Set<String>] = {
        let toolchain: Set<String> = ["FoundationEssentials", "Synchronization", "Glibc"]
        let agent: Set<String> = ["Telemetry", "Platform", "Transport", "CJSON"]
        let aggregator: Set<String> = [
            "Telemetry", "Platform", "Transport", "Scaling", "Control", "State", "AWS",
            "HTTPServer", "CSimdjson", "CDeflate",
        ]
        // What every Swift target may use.
        let base: Set<String> = ["Values", "Writing"]
        let rows: [String: Set<String>] = [
            "CPlatform": [], "CFaults": [], "CCurl": [], "CZlib": [], "CJSON": [],
            "CMicrohttpd": [],
            "CSimdjson": [], "CDeflate": [], "CFargateLocal": [], "CLoad": [],
            // Compiled as Embedded Swift: no Foundation, no Glibc.
            "Telemetry": [],
            "Platform": ["CPlatform"],
            "Transport": ["CCurl", "CZlib", "Platform", "Synchronization"],
            "AgentCore": agent,
            // Embedded Swift sees the members of a type only where its module is imported.
            "agent": ["AgentCore", "Platform", "Telemetry", "Transport"],
            // Ordinary Swift.
            "Scaling": toolchain.subtracting(["Glibc"]).union(["Telemetry"]),
            // No clock, no lock, no client: a value.
            "Control": ["Scaling", "Telemetry"],
            "Simulation": toolchain.union(["Scaling", "Telemetry", "CDeflate"]),
            "World": ["Glibc", "Control", "Scaling", "Telemetry"],
            "worlds": ["World"],
            "AWS": toolchain.union(["Transport", "Platform"]),
            "State": ["FoundationEssentials", "AWS", "Control", "CZlib", "Platform", "Scaling"],
            "HTTPServer": ["CMicrohttpd", "Platform", "Synchronization"],
            "AggregatorCore": toolchain.union(aggregator),
            "aggregator": toolchain.union(["AggregatorCore", "Simulation", "Platform"]),
            "FargateLocal": toolchain.subtracting(["Glibc"]).union([
                "HTTPServer", "Platform", "Telemetry", "CFargateLocal",
            ]),
            "fargate-local": toolchain.union(["FargateLocal", "Platform"]),
        ]
        return rows.mapValues { $0.union(base) }.merging(["Writing": [], "Values": ["Writing"]]) {
            $1
        }
    }()

    @Test func everyTargetImportsOnlyWhatItsRowAllows() throws {
        for target in try House.targets() where target != "bench" {
            let row = try #require(Self.allowed[target], "\(target) has no row in the table")
            for file in try House.swiftFiles(of: target) {
                let foreign = try House.imports(in: file).filter { !row.contains($0) }
                #expect(foreign.isEmpty, "\(target)/\(file.lastPathComponent) imports \(foreign)")
            }
        }
    }

    @Test func theReaderOfImportsSeesEachForm() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).swift")
        defer { try? FileManager.default.removeItem(at: file) }
        let text =
            "import A\n@testable import B\nimport struct C.D\npackage import E\n// import F\n"
        try text.write(to: file, atomically: true, encoding: .utf8)
        #expect(try House.imports(in: file) == ["A", "B", "C", "E"])
    }
}
