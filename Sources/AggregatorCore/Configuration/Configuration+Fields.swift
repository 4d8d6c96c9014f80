import Scaling
import Values

extension Configuration {
    /// The settings in force, defaults included and secrets left out, for the log's first lines.
    package func log(to log: Log) {
        log.info(
            "aggregator.starting", LogField("version", AggregatorVersion.text),
            LogField("address", listen.address), LogField("port", listen.port),
            LogField("tls", listen.tls != nil),
            LogField("clientCertificates", listen.tls?.clientAuthoritiesFile != nil),
            LogField("threads", listen.threads),
            LogField("connectionsMax", listen.connectionsMax),
            LogField("connectionsPerAddressMax", listen.connectionsPerAddressMax),
            LogField("overloadPercent", listen.overloadPercent),
            LogField("reconcileSeconds", reconcilePeriod.inSeconds),
            LogField("verifyTasks", verifiesTasks),
            LogField("tokens", secrets.tokens.count),
            LogField("boundTokens", secrets.boundTokens.joined().count),
            LogField("operatorTokens", secrets.operatorTokens.count),
            LogField("state", state.words),
            LogField("services", services.count))
        if secrets.agentGroups.allSatisfy(\.isEmpty) {
            log.warning(
                "token.absent",
                LogField("reason", "reports are taken from everybody: set AGGREGATOR_TOKEN"))
        }
        if !state.isStored {
            log.info(
                "state.none",
                LogField(
                    "reason",
                    "a restart ends pauses and forgets what was learnt: set state.table or state.file"
                ))
        }
        for service in services { log.log(.info, "service.configured", service.fields) }
    }
}

extension ServiceConfiguration {
    var fields: [LogField] {
        var fields = [
            LogField("cluster", key.cluster), LogField("service", key.service),
            LogField("min", policy.minTasks), LogField("max", policy.maxTasks),
            LogField("rule", policy.rule.words), LogField("sizing", policy.sizing.words),
            LogField("tolerancePercent", policy.tolerancePercent),
            LogField("scaleOut", policy.scaleOut.words), LogField("scaleIn", policy.scaleIn.words),
            LogField("staleAfterSeconds", policy.data.staleAfter.inSeconds),
            LogField("forgetAfterSeconds", policy.data.forgetAfter.inSeconds),
            LogField("quorumPercent", policy.data.quorumPercent),
            LogField("warmUpSeconds", policy.data.warmUp.inSeconds),
            LogField("panicPercent", policy.panic.thresholdPercent),
            LogField("schedules", policy.schedules.map(\.name).joined(separator: ", ")),
            LogField("applicationAutoScaling", autoScaling.rawValue),
            LogField("dryRun", policy.dryRun),
        ]
        if let snsTopicARN { fields.append(LogField("snsTopicArn", snsTopicARN)) }
        if let announced {
            fields.append(LogField("announce", announced.sorted().joined(separator: ", ")))
        }
        return fields
    }
}

extension ScalingPolicy.Rule {
    fileprivate var words: String {
        switch self {
        case .target(let targets):
            targets.map { "\($0.metric.rawValue) \(JSONValue.words($0.value))" }
                .joined(separator: ", ")
        case .steps(let policy):
            "steps of \(policy.metric.rawValue): "
                + policy.steps.map { "\(JSONValue.words($0.threshold)) → \($0.tasks)" }
                .joined(separator: ", ")
        }
    }
}

extension ScalingPolicy.Sizing {
    fileprivate var words: String {
        switch self {
        case .learnt(let caution): "learnt, caution \(JSONValue.words(caution.value))"
        case .fixed(let percent): "fixed, headroom \(JSONValue.words(percent)) %"
        }
    }
}

extension ScaleOutPolicy {
    fileprivate var words: String { "cooldown \(seconds(cooldown))\(limit.words)" }
}

extension ScaleInPolicy {
    fileprivate var words: String {
        guard enabled else { return "disabled" }
        return
            "cooldown \(seconds(cooldown)), stabilization \(stabilization.map(seconds) ?? "automatic")"
            + limit.words
    }
}

extension ChangeLimit {
    fileprivate var words: String {
        let parts = [percent.map { "\(JSONValue.words($0)) %" }, tasks.map { "\($0) tasks" }]
            .compactMap { $0 }
        guard !parts.isEmpty else { return "" }
        return ", at most " + parts.joined(separator: " or ") + " in \(seconds(period))"
    }
}

private func seconds(_ span: Duration) -> String {
    "\(JSONValue.words(span.inSeconds)) s"
}
