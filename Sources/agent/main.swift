import AgentCore
import Platform

ThisProcess.exit(Command(ThisProcess.arguments).perform())
