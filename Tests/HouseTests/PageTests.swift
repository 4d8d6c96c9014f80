import AgentCore
import Foundation
import Testing

/// The pages are what a newcomer trusts: what can be held against the code, is.
@Suite struct PageTests {
    /// Every page of the repository, by its path.
    let pages: [String: String]

    init() throws {
        var pages: [String: String] = [:]
        let all = FileManager.default.enumerator(atPath: House.root.path)
        while let path = all?.nextObject() as? String {
            if path.hasPrefix(".") {
                all?.skipDescendants()
            } else if path.hasSuffix(".md") {
                pages[path] = try String(
                    contentsOf: House.root.appending(path: path), encoding: .utf8)
            }
        }
        self.pages = pages
    }

    private func page(_ path: String) throws -> String {
        try #require(pages[path], "\(path) is missing")
    }

    /// The fenced blocks of a language.
    private func blocks(_ language: String, of text: String) -> [String] {
        text.components(separatedBy: "\n```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    @Test func theFrontPageIsShort() throws {
        #expect(try page("README.md").utf8.count < 10_000)
    }

    @Test func everyJSONBlockIsJSON() throws {
        let found = pages.values.flatMap { blocks("json", of: $0) }
        #expect(!found.isEmpty)
        for block in found {
            _ = try JSONSerialization.jsonObject(with: Data(block.utf8))
        }
    }

    @Test func everyLinkLeadsSomewhere() throws {
        for (path, text) in pages {
            let folder = House.root.appending(path: path).deletingLastPathComponent()
            for match in text.matches(of: /\]\(([^)\s]+)\)/) {
                let link = String(match.1)
                if link.hasPrefix("http") { continue }
                let parts = link.split(
                    separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let target =
                    parts[0].isEmpty
                    ? House.root.appending(path: path) : folder.appending(path: String(parts[0]))
                #expect(
                    FileManager.default.fileExists(atPath: target.path), "\(path): \(link)")
                guard parts.count == 2, target.pathExtension == "md" else { continue }
                let linked = try String(contentsOf: target, encoding: .utf8)
                #expect(anchors(of: linked).contains(String(parts[1])), "\(path): \(link)")
            }
        }
    }

    /// What a heading is linked by: lower case, spaces as hyphens, the rest of the punctuation
    /// gone.
    private func anchors(of text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
                heading.drop { $0 == "#" || $0 == " " }.lowercased()
                    .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
                    .replacing(" ", with: "-")
            })
    }

    @Test func theAgentShownIsTheTaskDefinitions() throws {
        let file = House.root.appending(path: "docker/task-definition.json")
        let definition = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        let containers = try #require(
            (definition as? [String: Any])?["containerDefinitions"] as? [[String: Any]])
        let agent = try #require(containers.first { $0["name"] as? String == "agent" })
        let shown = try blocks("json", of: page("Sources/agent/README.md")).map {
            try canonical(JSONSerialization.jsonObject(with: Data($0.utf8)))
        }
        #expect(try shown.contains(canonical(agent)))
    }

    private func canonical(_ json: Any) throws -> Data {
        try JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
    }

    @Test(arguments: WholeSetting.all.map(\.row))
    func everyNumberOfTheAgentIsListed(row: String) throws {
        #expect(try page("Sources/agent/README.md").contains(row), "the page lacks \(row)")
    }

    @Test func everyMakeTargetNamedIsThere() throws {
        let makefile = try String(
            contentsOf: House.root.appending(path: "Makefile"), encoding: .utf8)
        for (path, text) in pages {
            for match in text.matches(of: /`make ([a-z-]+)/) {
                #expect(
                    makefile.contains("\n\(match.1):"), "\(path): make \(match.1) is no target")
            }
        }
    }
}

extension WholeSetting {
    /// How the page lists it.
    fileprivate var row: String {
        "| `\(key)` | \(standard) | \(range.lowerBound) to \(range.upperBound) | \(meaning) |"
    }
}
