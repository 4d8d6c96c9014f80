import Control
import Scaling

/// What an operator may ask for a service; the last part of the path that takes it.
package enum OperatorAction: String, CaseIterable, Sendable {
    case pause, resume, floor, ceiling
    case dryRun = "dry-run"
    case lift
}

/// The body of an operator's request, checked.
///
/// | action | body |
/// | --- | --- |
/// | `pause` | `{"direction":"both","reason":"…","forSeconds":3600}` |
/// | `floor`, `ceiling` | `{"tasks":50,"reason":"…","forSeconds":3600}` |
/// | `dry-run` | `{"on":true,"reason":"…","forSeconds":3600}` |
/// | `resume` | `{"direction":"both"}`, or empty |
/// | `lift` | `{"override":"floor"}`: `pause`, `floor`, `ceiling` or `dryRun` |
enum OperatorOrder: Equatable {
    case override(ServiceOverride.Setting, reason: String, span: Duration)
    case resume(PauseDirection)
    case lift(OverrideKind)

    init(_ action: OperatorAction, _ body: [UInt8]) throws(ConfigurationError) {
        let bytesMax = AggregatorLimits.operatorBodyBytesMax
        guard body.count <= bytesMax else {
            throw Self.wrong("the body is longer than \(bytesMax) bytes")
        }
        let document: JSONValue
        do {
            document = try JSONParser.parse(body.isEmpty ? Array("{}".utf8) : body)
        } catch {
            throw Self.wrong(error.text)
        }
        var problems: [ConfigurationProblem] = []
        guard var reader = ObjectReader(document, path: "", problems: &problems) else {
            throw ConfigurationError(problems: problems)
        }
        let order = Self.read(action, &reader)
        problems = reader.end()
        guard problems.isEmpty, let order else { throw ConfigurationError(problems: problems) }
        self = order
    }

    private static func read(
        _ action: OperatorAction, _ reader: inout ObjectReader
    ) -> OperatorOrder? {
        let limits = AggregatorLimits.self
        let setting: ServiceOverride.Setting?
        switch action {
        case .resume:
            return .resume(reader.choice("direction", PauseDirection.self) ?? .both)
        case .lift:
            let kind = reader.choice("override", OverrideKind.self)
            if kind == nil { reader.refuseMissing("override") }
            return kind.map { .lift($0) }
        case .pause: setting = .pause(reader.choice("direction", PauseDirection.self) ?? .both)
        case .floor: setting = tasks(&reader).map { .floor($0) }
        case .ceiling: setting = tasks(&reader).map { .ceiling($0) }
        case .dryRun: setting = .dryRun(reader.bool("on", default: true))
        }
        let reason = reader.requiredString("reason", bytesMax: limits.pauseReasonBytesMax)
        let span = reader.seconds("forSeconds", in: limits.pauseMin...limits.pauseMax)
        guard let setting, let reason else { return nil }
        return .override(setting, reason: reason, span: span ?? limits.pauseDefault)
    }

    private static func tasks(_ reader: inout ObjectReader) -> Int? {
        let tasks = reader.integer("tasks", in: 1...Limits.tasksMax)
        if tasks == nil { reader.refuseMissing("tasks") }
        return tasks
    }

    private static func wrong(_ reason: String) -> ConfigurationError {
        ConfigurationError(problems: [ConfigurationProblem(path: "", line: 0, reason: reason)])
    }
}

extension ObjectReader {
    /// Unless it was given, and wrong, which is said already.
    fileprivate mutating func refuseMissing(_ key: String) {
        if !has(key) { refuse(key, line, "is missing") }
    }
}
