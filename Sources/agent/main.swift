import AgentCore
import Platform

let command = Command(ThisProcess.arguments)
ThisProcess.exit(command.run())
