/// A JSON value that remembers where it stood, so that a mistake can be shown to a person.
package struct JSONValue: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case array([JSONValue])
        /// In the order written; a key that is written twice is there twice.
        case object([JSONMember])
    }

    package let content: Content
    /// Counted from 1.
    package let line: Int

    /// What a person calls it, with its value where that is short.
    package var words: String {
        switch content {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let value): Self.words(value)
        case .string(let value): "\"\(value.prefix(80))\""
        case .array(let values): "an array of \(values.count)"
        case .object: "an object"
        }
    }

    /// A number as people write it: 5 rather than 5.0.
    package static func words(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}

package struct JSONMember: Equatable, Sendable {
    package let key: String
    package let value: JSONValue
}

/// Why a text is not JSON (RFC 8259).
package struct JSONSyntaxError: Error, Equatable {
    package let line: Int
    package let column: Int
    package let reason: String

    package var text: String { "line \(line), column \(column): \(reason)" }
}
