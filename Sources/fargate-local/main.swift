import FargateLocal
import Platform

let signals = SignalQueue()
let arguments = Array(CommandLine.arguments.dropFirst())
let options = Array(arguments.dropFirst())

func fail(_ text: String, code: Int32) -> Never {
    StandardStream.error.write("fargate-local: \(text)\n")
    ThisProcess.exit(code)
}

let usage =
    [RunCommand.usage, DemoCommand.usage, BackendCommand.usage].joined(separator: "\n\n") + "\n"

if arguments.first == "help" || arguments.contains("--help") {
    StandardStream.output.write(usage)
    ThisProcess.exit(0)
}

do throws(FargateLocalError) {
    switch arguments.first {
    case "run": try RunCommand(options).run(signals: signals)
    case "backend":
        try BackendCommand(options, environment: { Environment.value($0) }).run(signals: signals)
    case "demo":
        if try !DemoCommand(options).run(signals: signals) { ThisProcess.exit(1) }
    default:
        StandardStream.error.write(usage)
        ThisProcess.exit(2)
    }
} catch {
    switch error {
    case .badOption, .unknownOption: fail(error.description, code: 2)
    default: fail(error.description, code: 1)
    }
}
