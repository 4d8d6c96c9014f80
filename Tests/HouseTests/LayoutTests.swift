import Foundation
import Testing

/// The top level is what a newcomer sees first: nothing is there but these.
@Suite struct LayoutTests {
    static let topLevel: Set<String> = [
        "Package.swift", "Sources", "Tests", "docker", "nginx", "README.md", "LICENSE", "Makefile",
    ]

    @Test func theTopLevelHoldsOnlyWhatIsListed() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: House.root.path)
            .filter { !$0.hasPrefix(".") }
        #expect(Set(found) == Self.topLevel)
    }

    @Test func everyFileIsShortEnoughToRead() throws {
        let linesMax = 300
        for target in try House.targets() {
            for file in try House.swiftFiles(of: target) {
                let lines = try String(contentsOf: file, encoding: .utf8).split(
                    separator: "\n", omittingEmptySubsequences: false)
                #expect(lines.count <= linesMax, "\(file.path) has \(lines.count) lines")
            }
        }
    }

    @Test func everyFunctionIsShortEnoughToRead() throws {
        let linesMax = 70
        let start =
            /^( *)(@\w+ )*((private|fileprivate|package|static|mutating|override|final) )*(func|init)\b/
        for target in try House.targets() {
            for file in try House.swiftFiles(of: target) {
                let lines = try String(contentsOf: file, encoding: .utf8).split(
                    separator: "\n", omittingEmptySubsequences: false)
                for (index, line) in lines.enumerated() {
                    guard let match = line.firstMatch(of: start),
                        let end = lines[index...].firstIndex(of: match.1 + "}")
                    else { continue }
                    #expect(
                        end - index < linesMax || lines[index].hasSuffix("}"),
                        "\(file.path):\(index + 1) has \(end - index + 1) lines")
                }
            }
        }
    }

    /// swift-format sees to the code, and passes over comments.
    @Test func everyCommentFitsTheColumns() throws {
        let columnsMax = 100
        for target in try House.targets() {
            for file in try House.swiftFiles(of: target) {
                let text = try String(contentsOf: file, encoding: .utf8)
                for (index, line) in text.split(
                    separator: "\n", omittingEmptySubsequences: false
                ).enumerated() where line.drop(while: { $0 == " " }).hasPrefix("//") {
                    #expect(line.count <= columnsMax, "\(file.path):\(index + 1)")
                }
            }
        }
    }

    @Test func nothingIsPublic() throws {
        for target in try House.targets() {
            for file in try House.swiftFiles(of: target) {
                let text = try String(contentsOf: file, encoding: .utf8)
                let found = text.split(separator: "\n").filter {
                    $0.drop { $0 == " " }.hasPrefix("public ")
                }
                // Which says why.
                if file.lastPathComponent == "Lock.swift" { continue }
                #expect(found.isEmpty, "\(file.path): \(found)")
            }
        }
    }

    /// The thread sanitizer does not see `Synchronization.Mutex` where threads contend for it.
    @Test func locksAreThoseTheThreadSanitizerSees() throws {
        for target in try House.targets() {
            for file in try House.swiftFiles(of: target) {
                let text = try String(contentsOf: file, encoding: .utf8)
                let found = text.split(separator: "\n").filter {
                    $0.contains("Mutex<") || $0.contains("Mutex(")
                }
                #expect(found.isEmpty, "\(file.path): Platform's Lock, not \(found)")
            }
        }
    }

    /// Whoever else turns the check of certificates off has to say so here.
    @Test func onlyTheHealthCheckAcceptsAnyCertificate() throws {
        var files: [String] = []
        for target in try House.targets() {
            for file in try House.swiftFiles(of: target) {
                let text = try String(contentsOf: file, encoding: .utf8)
                if text.contains("acceptsAnyCertificate =") && !text.contains("package var accepts")
                {
                    files.append(file.lastPathComponent)
                }
            }
        }
        #expect(files == ["HealthCheck.swift"])
    }
}
