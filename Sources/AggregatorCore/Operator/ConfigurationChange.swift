import Values

/// What another configuration changes, for a person, and what of it cannot be changed while the
/// program runs.
struct ConfigurationChange {
    /// Such as `shop/web: max 20 → 40`.
    private(set) var settings: [String] = []
    /// What only a restart changes; then nothing is changed.
    private(set) var needRestart: [String] = []
    /// The services whose settings are others.
    private(set) var services: [ServiceConfiguration] = []

    init(from old: Configuration, to new: Configuration) {
        if old.listen != new.listen { needRestart.append("listen") }
        if old.log != new.log { needRestart.append("log") }
        if old.state != new.state { needRestart.append("state") }
        if old.reconcilePeriod != new.reconcilePeriod { needRestart.append("reconcileSeconds") }
        if old.verifiesTasks != new.verifiesTasks { needRestart.append("verifyTasks") }
        if old.tokenScopes != new.tokenScopes { needRestart.append("tokens") }
        let before = Dictionary(uniqueKeysWithValues: old.services.map { ($0.key, $0) })
        let after = Set(new.services.map(\.key))
        for service in old.services where !after.contains(service.key) {
            needRestart.append("\(service.key), which is gone")
        }
        for service in new.services {
            guard let known = before[service.key] else {
                needRestart.append("\(service.key), which is new")
                continue
            }
            note(service, before: known)
        }
    }

    private mutating func note(_ service: ServiceConfiguration, before: ServiceConfiguration) {
        guard service != before else { return }
        guard service.cluster == before.cluster, service.service == before.service else {
            needRestart.append("\(service.key), which is written in another way")
            return
        }
        services.append(service)
        let old = Dictionary(
            uniqueKeysWithValues: before.fields.map { ("\($0.name)", $0.value.words) })
        let words = service.fields.compactMap { field -> String? in
            let was = old["\(field.name)"] ?? "none"
            return was == field.value.words ? nil : "\(field.name) \(was) → \(field.value.words)"
        }
        let isTopicGone = service.snsTopicARN == nil && before.snsTopicARN != nil
        let all = words + (isTopicGone ? ["snsTopicArn → none"] : [])
        settings.append(
            "\(service.key): \(all.isEmpty ? "other settings" : all.joined(separator: ", "))")
    }
}

extension Aggregator {
    /// What SIGHUP does with the configuration's file: it is read whole, and holds whole or not at
    /// all. Gives the configuration then in force.
    package func reconfigure(
        from inForce: Configuration, file: String?, environment: (String) -> String?
    ) -> Configuration {
        // A variable of the environment never changes.
        guard file != nil else { return inForce }
        let new: Configuration
        do {
            new = try Configuration.load(file: file, environment: environment, withSecrets: false)
        } catch {
            refuse(error.problems.map(\.text).joined(separator: "; "))
            return inForce
        }
        let change = ConfigurationChange(from: inForce, to: new)
        guard change.needRestart.isEmpty else {
            refuse(
                "only a restart changes \(change.needRestart.joined(separator: ", "));"
                    + " nothing was changed")
            return inForce
        }
        for service in change.services { fleet.service(service.key)?.configure(service) }
        for warning in new.warnings {
            log.warning("configuration.doubtful", LogField("reason", warning))
        }
        log.info(
            "configuration.reloaded", LogField("changes", .strings(change.settings)),
            LogField("services", change.services.count))
        return new
    }

    private func refuse(_ problem: String) {
        log.error(
            "configuration.refused", LogField("error", problem),
            LogField("reason", "the one before stays in force"))
    }
}
