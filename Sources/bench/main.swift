import Foundation
import Platform

let arguments = Array(CommandLine.arguments.dropFirst())
let options = Array(arguments.dropFirst())

do {
    switch arguments.first {
    case "agent": exit(try AgentCost(options).run() ? 0 : 1)
    case "soak": exit(try Soak(options).run() ? 0 : 1)
    case "reaction": exit(try Reaction(options).run() ? 0 : 1)
    default:
        StandardStream.error.write(
            "bench agent [--agent PATH]\n"
                + "bench soak [--seconds 600] [--agent PATH]\n"
                + "bench reaction [--surges 20] [--agent PATH] [--aggregator PATH]\n")
        exit(2)
    }
} catch {
    StandardStream.error.write("bench: \(error)\n")
    exit(1)
}
