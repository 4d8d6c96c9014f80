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
    ("saturation", { try Saturation($0).run() }),
]
/// Run only when they are named: one takes ten minutes, one is a server for another bench.
let named: [(name: String, run: ([String]) throws -> Bool)] = [
    ("soak", { try Soak($0).run() }),
    ("drills", { try Drills($0).run() }),
    ("listen", { try BareListener.run($0) }),
]

let arguments = Array(CommandLine.arguments.dropFirst())
let chosen =
    arguments.first.map { name in (benches + named).filter { $0.name == name } } ?? benches
guard !chosen.isEmpty else {
    let names = (benches + named).map(\.name).joined(separator: "|")
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
