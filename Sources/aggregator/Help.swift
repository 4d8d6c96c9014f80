/// What `aggregator help` prints.
enum Help {
    static let text = """
        aggregator - takes the reports of agents and scales their Fargate services

        usage:
          aggregator run [--config FILE]     serve until SIGTERM; SIGHUP reads the configuration, the
                                             certificate and the files of tokens again
          aggregator check [--config FILE]   only read the configuration, and list every mistake
          aggregator health [--config FILE]  ask the aggregator on this machine; for container
                                             health checks, so whom its certificate names does
                                             not matter
          aggregator status [--watch] [SERVICE] [--json]
                                             what a running aggregator sees, decided and why, in a
                                             table; --watch redraws it each second
          aggregator why SERVICE [--last N] [--json]
                                             the last N decisions and events, with their numbers
          aggregator tasks SERVICE [--json]  its tasks, as their agents report
          aggregator pause CLUSTER/SERVICE --reason TEXT [--direction out|in|both] [--for SPAN]
                                             forbid changes for a while, an hour by default; SPAN
                                             is such as 90s, 15m, 2h, 3d. Without a store
                                             (state), a restart ends this and the three below
          aggregator floor CLUSTER/SERVICE N --reason TEXT [--for SPAN]
                                             at least N tasks for a while
          aggregator ceiling CLUSTER/SERVICE N --reason TEXT [--for SPAN]
                                             at most N tasks, instead of max
          aggregator dry-run CLUSTER/SERVICE on|off --reason TEXT [--for SPAN]
                                             decide without acting for a while, or act
          aggregator resume CLUSTER/SERVICE [--direction out|in|both]
                                             end a pause before its time
          aggregator lift CLUSTER/SERVICE pause|floor|ceiling|dry-run
                                             end one of these before its time
          aggregator simulate --trace FILE|NAME [--config FILE] [--compare] [--svg FILE] [--json]
                                             a policy over recorded or built-in traffic, the other
                                             autoscalers next to it; --help lists every option
          aggregator recommend --log FILE [--config FILE] [--service NAME] [--json]
                                             which settings would have served the load of a log
                                             better, with figures, and a configuration to paste
          aggregator completion bash|zsh     a script: source <(aggregator completion bash)
          aggregator version
          aggregator help

        SERVICE is CLUSTER/SERVICE, or the service's name where only one has it. Colors are for
        terminals; NO_COLOR turns them off.

        The configuration is one JSON document: FILE, or else the value of AGGREGATOR_CONFIG.

        environment of run and check:
          AGGREGATOR_CONFIG           the document, when no file is given
          AGGREGATOR_TOKEN            the token that agents show; two, separated by a comma, while
                                      they are exchanged
          AGGREGATOR_OPERATOR_TOKEN   the same for operators
          AGGREGATOR_TOKEN_FILE, AGGREGATOR_OPERATOR_TOKEN_FILE
                                      files that hold them
          AWS_REGION, AWS_ENDPOINT_URL, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,
          AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CA_BUNDLE
                                      as the AWS SDKs read them

          ECS_CONTAINER_METADATA_URI_V4
                                      set by ECS: says what the task may use of the processors

        environment of the commands that ask an aggregator:
          AGGREGATOR_URL              where the aggregator is; http://127.0.0.1:8787 by default
          AGGREGATOR_OPERATOR_TOKEN   for what changes something
          AGGREGATOR_CA_FILE          certificate authorities, when not the system's

        exit codes:
          0   success; for run: stopped by SIGTERM or SIGINT
          1   health: it does not answer, or not well
          64  the command line is wrong
          65  simulate: the trace cannot be read, or the SVG not written
          69  the port cannot be listened on; or the aggregator asked is not there, or says no
          78  the configuration, a secret or an AWS setting is missing or wrong

        """
}
