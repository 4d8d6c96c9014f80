import Scaling
import Values

package enum PauseDirection: String, CaseIterable, Sendable {
    case out, `in`, both

    package var pause: Pause {
        switch self {
        case .out: .scaleOut
        case .in: .scaleIn
        case .both: .both
        }
    }
}

/// What an operator set over a service's configuration, and until when.
package struct ServiceOverride: Equatable, Sendable {
    package enum Setting: Equatable, Sendable {
        case pause(PauseDirection)
        /// At least so many tasks, also where the minimum in force is less.
        case floor(Int)
        /// At most so many tasks, instead of the maximum in force, above it or below.
        case ceiling(Int)
        case dryRun(Bool)
    }

    package let setting: Setting
    package let reason: String
    package let until: Instant
    /// The same, in Unix milliseconds.
    package let untilMs: Int64

    package init(_ setting: Setting, reason: String, until: Instant, untilMs: Int64) {
        self.setting = setting
        self.reason = reason
        self.until = until
        self.untilMs = untilMs
    }

    package var kind: OverrideKind {
        switch setting {
        case .pause: .pause
        case .floor: .floor
        case .ceiling: .ceiling
        case .dryRun: .dryRun
        }
    }

    /// Such as `floor 50`, for a person.
    package var words: String {
        switch setting {
        case .pause(.both): "paused"
        case .pause(.out): "scale-out paused"
        case .pause(.in): "scale-in paused"
        case .floor(let tasks): "floor \(tasks)"
        case .ceiling(let tasks): "ceiling \(tasks)"
        case .dryRun(let isOn): "dry run \(isOn ? "on" : "off")"
        }
    }

    /// Whether it is the same order, whichever aggregator has it.
    func isSame(as other: ServiceOverride) -> Bool {
        setting == other.setting && reason == other.reason && untilMs == other.untilMs
    }

    package var direction: PauseDirection? {
        if case .pause(let direction) = setting { direction } else { nil }
    }
}

package enum OverrideKind: String, CaseIterable, Sendable {
    case pause, floor, ceiling, dryRun
}

/// Why an override is not taken; a sentence for whoever asked.
package struct OverrideRefusal: Error, Equatable, Sendable {
    package let reason: String
}
