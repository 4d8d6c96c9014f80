import AgentCore
import Foundation
import Testing

/// The README is what a newcomer trusts: what can be held against the code, is.
@Suite struct ReadmeTests {
    let text: String

    init() throws {
        text = try String(contentsOf: House.root.appending(path: "README.md"), encoding: .utf8)
    }

    /// The fenced blocks of a language.
    private func blocks(_ language: String) -> [String] {
        text.components(separatedBy: "\n```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    @Test func everyJSONBlockIsJSON() throws {
        let blocks = blocks("json")
        #expect(!blocks.isEmpty)
        for block in blocks {
            _ = try JSONSerialization.jsonObject(with: Data(block.utf8))
        }
    }

    @Test func theAgentShownIsTheTaskDefinitions() throws {
        let file = House.root.appending(path: "docker/task-definition.json")
        let definition = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        let containers = try #require(
            (definition as? [String: Any])?["containerDefinitions"] as? [[String: Any]])
        let agent = try #require(containers.first { $0["name"] as? String == "agent" })
        let shown = try blocks("json").map {
            try canonical(JSONSerialization.jsonObject(with: Data($0.utf8)))
        }
        #expect(try shown.contains(canonical(agent)))
    }

    private func canonical(_ json: Any) throws -> Data {
        try JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
    }

    @Test(arguments: WholeSetting.all.map(\.row))
    func everyNumberOfTheAgentIsListed(row: String) {
        #expect(text.contains(row), "README.md lacks the row: \(row)")
    }

    @Test func everyMakeTargetNamedIsThere() throws {
        let makefile = try String(
            contentsOf: House.root.appending(path: "Makefile"), encoding: .utf8)
        for match in text.matches(of: /`make ([a-z-]+)/) {
            #expect(makefile.contains("\n\(match.1):"), "make \(match.1) is no target")
        }
    }
}

extension WholeSetting {
    /// How the README lists it.
    fileprivate var row: String {
        "| `\(key)` | \(standard) | \(range.lowerBound) to \(range.upperBound) | \(meaning) |"
    }
}
