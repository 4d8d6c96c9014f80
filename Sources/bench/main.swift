import Foundation
import Platform

/// Every bench by its name; each prints its rows and says whether the goals are met.
let benches: [(name: String, run: ([String]) throws -> Bool)] = [
    ("fleet", { _ in try FleetBench().run() }),
    ("ingest", { _ in try IngestBench().run() }),
    ("reaction", { try Reaction($0).run() }),
]

let arguments = Array(CommandLine.arguments.dropFirst())
let chosen = benches.filter { bench in arguments.first.map { $0 == bench.name } ?? true }
guard !chosen.isEmpty else {
    let names = benches.map(\.name).joined(separator: "|")
    StandardStream.error.write("bench [\(names)] [ARGS]\n")
    exit(2)
}
do {
    var isMet = true
    for bench in chosen where try !bench.run(Array(arguments.dropFirst())) { isMet = false }
    exit(isMet ? 0 : 1)
} catch {
    StandardStream.error.write("bench: \(error)\n")
    exit(1)
}
