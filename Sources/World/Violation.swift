/// What must never be, and was.
package struct Violation: Equatable, Sendable {
    /// Which invariant; the same for the same kind of fault.
    package let rule: String
    package let second: Double
    package let words: String

    package var text: String { "at \(Int(second)) s: \(rule): \(words)" }
}
