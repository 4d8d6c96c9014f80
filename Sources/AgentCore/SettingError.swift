import Writing

/// A setting that the agent cannot start with.
package enum SettingError: Error {
    /// `ECS_CONTAINER_METADATA_URI_V4` is absent: this is no task of ECS.
    case notInTask
    /// The variable is needed and absent.
    case missing(key: StaticString, expected: StaticString)
    case outOfRange(key: StaticString, range: ClosedRange<Int>, value: String)
    /// `value` is `nil` when it must not be shown; `problem` then says what is wrong with it.
    case malformed(
        key: StaticString, expected: StaticString, value: String?,
        problem: StaticString = "is something else (not shown)")
    /// The file that a setting names cannot be used.
    case unreadable(key: StaticString, path: String, reason: String)
    case conflict(key: StaticString, with: StaticString)

    /// What a person reads: the key, what is allowed, what was given.
    package var text: String {
        switch self {
        case .notInTask:
            "ECS_CONTAINER_METADATA_URI_V4 is not set: ECS sets it in every Fargate task, so this is"
                + " none"
        case .missing(let key, let expected):
            Text("").add(key).add(": must be set to ").add(expected).string
        case .outOfRange(let key, let range, let value):
            Text("").add(key).add(": must be a whole number from ").add(range.lowerBound)
                .add(" to ").add(range.upperBound).add(", but is \"").add(value).add("\"").string
        case .malformed(let key, let expected, let value, let problem):
            if let value {
                Text("").add(key).add(": must be ").add(expected).add(", but is \"").add(value)
                    .add("\"").string
            } else {
                Text("").add(key).add(": must be ").add(expected).add(", but ").add(problem).string
            }
        case .unreadable(let key, let path, let reason):
            Text("").add(key).add(": must name a readable file, but \"").add(path).add("\": ")
                .add(reason).string
        case .conflict(let key, let other):
            Text("").add(key).add(": must not be set together with ").add(other).string
        }
    }
}
