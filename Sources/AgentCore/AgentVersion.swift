/// The version of the agent, as `agent version` and the User-Agent header tell it.
package enum AgentVersion {
    package static let text: StaticString = "0.1.0"
}
