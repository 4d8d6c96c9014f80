import Scaling
import Values

/// What a controller asks of whoever performs its actions.
package indirect enum ControlAction: Sendable {
    /// A turn to write; answered by `turn`. Services that lack most are first.
    case askTurn
    /// Answered by `woke`, after that long.
    case wake(after: Duration)
    /// A fresh look at this service; answered by `described` or `lookFailed`.
    case look
    /// Answered by `accepted` or `failed`.
    case update(UpdateOrder)
    /// A message to the service's topic.
    case announce(Announcement)
    /// What people and subscribers count on changed: it is to be stored.
    case persist
    /// A line of the log.
    case log(ControlEvent)
}

/// What subscribers of a topic read.
package enum Announcement: Equatable, Sendable {
    case scaled(ServiceChange)
    case held(HoldNotice)
    case overridden(ServiceOverride, isOver: Bool)
}

/// What the log says of a service.
package enum ControlEvent: Equatable, Sendable {
    case found(ServiceCounts)
    /// ECS does not know it, or it is not active: the status.
    case missing(status: String)
    case adopted(from: Int, to: Int, by: String)
    /// The grounds of decisions are others than before.
    case state(Decision)
    case dryRun(Decision)
    /// An order is on its way.
    case decided(UpdateOrder)
    case scaled(UpdateOrder, tookMs: Double, callMs: Double, isLate: Bool)
    /// `repeats` counts the like failures since the last line.
    case failed(UpdateOrder, CallFailure, repeats: Int)
    case overridden(ServiceOverride)
    case overrideEnded(ServiceOverride)
    /// An override that ends with the program.
    case overrideLost(ServiceOverride)
    /// An override from before the program's start is in force again.
    case overrideRestored(ServiceOverride)
    case hold(HoldNotice)
    /// What was learnt before the start is not used.
    case learntRefused(reason: String)
}
