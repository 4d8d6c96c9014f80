/// One mistake in a configuration, for a person to mend.
package struct ConfigurationProblem: Error, Equatable, Sendable {
    /// The setting's path, such as `services[0].scaleIn.enabled`; empty for the whole document.
    package let path: String
    /// Counted from 1; 0 when the mistake has no place in the document.
    package let line: Int
    /// What is wrong, with what is allowed and what was given.
    package let reason: String

    package init(path: String, line: Int, reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }

    package var text: String {
        let place = line > 0 ? "line \(line): " : ""
        return place + (path.isEmpty ? reason : "\(path): \(reason)")
    }
}

/// Every mistake that was found; at least one.
package struct ConfigurationError: Error, Equatable, Sendable {
    package let problems: [ConfigurationProblem]
}
