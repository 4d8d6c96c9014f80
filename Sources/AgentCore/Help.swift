import Platform
import Writing

/// `agent help`.
enum Help {
    private static let commands: StaticString = """
        agent: tells the aggregator how busy the nginx of this ECS task is

        agent run             sample and push until SIGTERM
        agent probe [--json]  try each link of the chain once
        agent health [--require nginx,aggregator]
                              ask the agent that runs beside, for a health check
        agent version
        agent help

        Settings (environment)
          AGGREGATOR_URL               http://HOST:PORT or https://…, or two of them, by comma
          AGGREGATOR_TOKEN             bearer token, or
          AGGREGATOR_TOKEN_FILE        the file it is in, read again after 401 and SIGHUP
          AGGREGATOR_CA_FILE           PEM of the authorities to trust instead of the system's
          AGGREGATOR_CERT_FILE         PEM of the agent's own certificate, and
          AGGREGATOR_KEY_FILE          of its key
          NGINX_STATUS_URL             http://127.0.0.1:8113/nginx_status by default, or
                                       unix:/SOCKET:/PATH; up to 8, by commas, are summed
          NGINX_PORTS                  the ports nginx serves on, by commas; found unless set
          ECS_SERVICE_NAME             the service, where the task metadata does not name it
          AGENT_TASK_STATS             on reports the task's CPU and memory too: off by default
          AGENT_BACKEND_CONTAINER      the container whose share of them is told apart
          AGENT_HEALTH_SOCKET          @fargate-agent by default; @NAME, /PATH or none

        """

    private static let codes: StaticString = """

        Exit codes
          0   done; run: ended by SIGTERM
          1   health: no agent answers  2  nginx does not  3  the aggregator does not
          10  probe: metadata is broken    11  nginx    12  name    13  connection
          14  tls    15  token    16  report
          64  wrong command line
          69  not in an ECS task (no ECS_CONTAINER_METADATA_URI_V4)
          70  internal failure
          78  a setting is missing or wrong

        """

    static func write() {
        let text = Text(commands)
        for setting in WholeSetting.all {
            text.add("  ").add(setting.key)
                .add(spaces: 29 - setting.key.utf8CodeUnitCount).add(setting.meaning)
                .add(": ").add(setting.standard).add(" (").add(setting.range.lowerBound)
                .add(" to ").add(setting.range.upperBound).add(")\n")
        }
        StandardStream.output.write(text.add(codes).utf8)
    }
}
