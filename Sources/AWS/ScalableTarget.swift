/// What Application Auto Scaling does with one scalable target, each of which can be suspended.
package struct SuspendedState: Equatable, Sendable, Codable {
    package var scaleIn: Bool
    package var scaleOut: Bool
    package var schedules: Bool

    package init(scaleIn: Bool, scaleOut: Bool, schedules: Bool) {
        self.scaleIn = scaleIn
        self.scaleOut = scaleOut
        self.schedules = schedules
    }

    package static let none = SuspendedState(scaleIn: false, scaleOut: false, schedules: false)
    package static let all = SuspendedState(scaleIn: true, scaleOut: true, schedules: true)

    enum CodingKeys: String, CodingKey {
        case scaleIn = "DynamicScalingInSuspended"
        case scaleOut = "DynamicScalingOutSuspended"
        case schedules = "ScheduledScalingSuspended"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        scaleIn = try values.decodeIfPresent(Bool.self, forKey: .scaleIn) ?? false
        scaleOut = try values.decodeIfPresent(Bool.self, forKey: .scaleOut) ?? false
        schedules = try values.decodeIfPresent(Bool.self, forKey: .schedules) ?? false
    }
}

/// A desired count that Application Auto Scaling may change.
package struct ScalableTarget: Equatable, Sendable, Decodable {
    /// `service/CLUSTER/SERVICE`.
    package var resourceID: String
    package var suspended: SuspendedState

    enum CodingKeys: String, CodingKey {
        case resourceID = "ResourceId"
        case suspended = "SuspendedState"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        resourceID = try values.decode(String.self, forKey: .resourceID)
        suspended =
            try values.decodeIfPresent(SuspendedState.self, forKey: .suspended) ?? .none
    }
}
