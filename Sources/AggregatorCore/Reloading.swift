import HTTPServer

// What SIGHUP does.
extension Aggregator {
    /// Reads certificate and key, and the files of tokens, again; connections that are open stay.
    ///
    /// What cannot be read is logged, and what was in force before stays.
    package func reload(environment: (String) -> String?) {
        if hasTLS { reloadCertificate() }
        reload(agents, group: 0, of: .agents, next: operators, environment)
        for (index, scope) in tokenScopes.enumerated() {
            reload(agents, group: index + 1, of: TokenHolder(scope), next: operators, environment)
        }
        reload(operators, group: 0, of: .operators, next: agents, environment)
    }

    private func reloadCertificate() {
        do {
            try server?.reloadCertificate()
            log.info("certificate.reloaded")
        } catch {
            log.error(
                "certificate.failed", LogField("error", "\(error)"),
                LogField("reason", "the one before stays in force"))
        }
    }

    private func reload(
        _ check: BearerCheck, group: Int, of holder: TokenHolder, next other: BearerCheck,
        _ environment: (String) -> String?
    ) {
        do {
            guard let tokens = try Secrets.tokensInFile(of: holder, variable: environment) else {
                return
            }
            try Secrets.refuse(
                tokens, of: holder,
                amongOthers: other.inForce + check.inForce(except: group))
            check.replace(group, with: tokens)
            log.info(
                "tokens.reloaded", LogField("of", holder.name), LogField("tokens", tokens.count))
        } catch {
            log.error(
                "tokens.failed", LogField("of", holder.name),
                LogField("error", error.problems.map(\.text).joined(separator: "; ")),
                LogField("reason", "those before stay in force"))
        }
    }
}
