/// A setting that the agent cannot start with.
package enum SettingError: Error {
    /// `ECS_CONTAINER_METADATA_URI_V4` is absent: this is no task of ECS.
    case notInTask
    /// The variable is needed and absent.
    case missing(key: StaticString, expected: StaticString)
    case outOfRange(key: StaticString, range: ClosedRange<Int>, value: String)
    /// `value` is `nil` when it must not be shown.
    case malformed(key: StaticString, expected: StaticString, value: String?)
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
            "\(key): must be set to \(expected)"
        case .outOfRange(let key, let range, let value):
            "\(key): must be a whole number from \(range.lowerBound) to \(range.upperBound),"
                + " but is \"\(value)\""
        case .malformed(let key, let expected, let value):
            "\(key): must be \(expected), but is "
                + (value.map { "\"\($0)\"" } ?? "something else (not shown)")
        case .unreadable(let key, let path, let reason):
            "\(key): must name a readable file, but \"\(path)\": \(reason)"
        case .conflict(let key, let other):
            "\(key): must not be set together with \(other)"
        }
    }
}
