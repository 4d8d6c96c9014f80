import Foundation
import Platform

/// Every bench by its name; each prints its rows, writes them, and says whether the goals are met.
let benches: [(name: String, run: ([String]) throws -> Bool)] = [
    ("agent", { try AgentCost($0).run() }),
    ("decide", { try Decide($0).run() }),
    ("decisions", { try Decisions($0).run() }),
    ("fleet", { _ in try FleetBench().run() }),
    ("ingest", { _ in try IngestBench().run() }),
    ("reaction", { try Reaction($0).run() }),
]
/// Runs only when it is named: it takes ten minutes.
let soak: (name: String, run: ([String]) throws -> Bool) = ("soak", { try Soak($0).run() })

let arguments = Array(CommandLine.arguments.dropFirst())
let chosen =
    arguments.first.map { name in (benches + [soak]).filter { $0.name == name } } ?? benches
guard !chosen.isEmpty else {
    let names = (benches + [soak]).map(\.name).joined(separator: "|")
    StandardStream.error.write("bench [\(names)] [ARGS]\n")
    exit(2)
}
do {
    var isMet = true
    for bench in chosen where try !bench.run(Array(arguments.dropFirst())) { isMet = false }
    exit(isMet ? 0 : 3)
} catch {
    StandardStream.error.write("bench: \(error)\n")
    exit(1)
}
