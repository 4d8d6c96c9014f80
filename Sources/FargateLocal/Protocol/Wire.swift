import FoundationEssentials
import Platform

/// When the whole request was there.
struct Arrival: Sendable {
    let monotonic = MonotonicClock.now()
    let wallMs = WallClock.nowMs()
}

enum RequestID {
    /// In the form of a UUID, as AWS's are.
    static func make() -> String {
        let id = FargateStore.newID()
        var text = ""
        for (index, character) in id.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(character)
        }
        return text
    }
}

enum JSON {
    /// The shapes of this target always have a JSON form.
    static func encode(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(value)
        } catch {
            preconditionFailure("a shape without a JSON form: \(error)")
        }
    }
}
