/// A setting that cannot be: which one, what is allowed, what was given.
package struct PolicyError: Error, Equatable, CustomStringConvertible {
    /// The setting's path, such as `scaleIn.cooldown`.
    package let key: String
    package let allowed: String
    package let given: String

    package init(key: String, allowed: String, given: String) {
        self.key = key
        self.allowed = allowed
        self.given = given
    }

    package var description: String {
        "\(key): allowed is \(allowed), given is \(given)"
    }
}
