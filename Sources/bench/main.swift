import Foundation
import Platform

let arguments = Array(CommandLine.arguments.dropFirst())
let options = Array(arguments.dropFirst())

do {
    switch arguments.first {
    case "reaction": exit(try Reaction(options).run() ? 0 : 1)
    default:
        StandardStream.error.write(
            "bench reaction [--surges 20] [--agent PATH] [--aggregator PATH]\n")
        exit(2)
    }
} catch {
    StandardStream.error.write("bench: \(error)\n")
    exit(1)
}
