import Foundation
import Platform

let arguments = Array(CommandLine.arguments.dropFirst())
let options = Array(arguments.dropFirst())

do {
    switch arguments.first {
    case "reaction": exit(try Reaction(options).run() ? 0 : 1)
    case "ingest": exit(try Ingest(options).run() ? 0 : 1)
    case "fleet": exit(try Fleet(options).run() ? 0 : 1)
    default:
        StandardStream.error.write(
            "bench reaction [--surges 20] [--agent PATH] [--aggregator PATH]\n"
                + "bench ingest [--connections 1000] [--rounds 5] [--aggregator PATH]\n"
                + "bench fleet [--tasks 15000] [--seconds 30] [--threads 2] [--aggregator PATH]\n")
        exit(2)
    }
} catch {
    StandardStream.error.write("bench: \(error)\n")
    exit(1)
}
