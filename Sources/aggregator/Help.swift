/// What `aggregator help` prints.
enum Help {
    static let text = """
        aggregator - takes the reports of agents and scales their Fargate services

        usage:
          aggregator run [--config FILE]     serve until SIGTERM
          aggregator check [--config FILE]   only read the configuration, and tell every mistake
          aggregator health [--config FILE]  ask the aggregator that runs beside; for container
                                             health checks
          aggregator version
          aggregator help

        The configuration is one JSON document: FILE, or else the value of AGGREGATOR_CONFIG.

        environment:
          AGGREGATOR_CONFIG        the document, when no file is given
          AGGREGATOR_TOKEN         the token that agents show; two, separated by a comma, while
                                   they are exchanged
          AGGREGATOR_TOKEN_FILE    a file that holds the same
          AWS_REGION, AWS_ENDPOINT_URL, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,
          AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CA_BUNDLE
                                   as the AWS SDKs read them

        exit codes:
          0   success; for run: stopped by SIGTERM or SIGINT
          1   health: it does not answer, or not well
          64  the command line is wrong
          69  the address or the port cannot be listened on
          78  the configuration, a secret or an AWS setting is missing or wrong

        """
}
