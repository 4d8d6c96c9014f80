import Platform
import Telemetry
import Transport
import Values

/// One of the two aggregators: its connection, what waits for it, and how it does. What one does
/// is never waited for by the other.
package final class ReportLink {
    let sender: ReportSender
    var delivery: Delivery
    private var damper: LogDamper
    /// When a report was last accepted.
    private(set) var acceptedAt: Instant?
    private var farewell: Farewell?
    private var hasParted = false
    /// Whether the farewell was heard.
    private(set) var isHeard = false
    /// Whether there is an aggregator behind it.
    private(set) var isOn: Bool

    init(_ sender: ReportSender, _ delivery: Delivery, isOn: Bool, now: Instant) {
        self.sender = sender
        self.delivery = delivery
        self.isOn = isOn
        damper = LogDamper(now: now)
    }

    func add(_ window: Window) {
        if isOn { delivery.add(window) }
    }

    /// Goes to an address of the aggregator's name; `nil` to the name itself. Somebody else is
    /// there, who hears it as an agent that just started.
    @inline(never)
    func point(at address: String?, isOn: Bool) {
        let isSame =
            address == nil
            ? sender.address == nil : AggregatorPair.isSame(sender.address, address)
        if isSame, isOn == self.isOn { return }
        sender.cancel()
        sender.address = address
        delivery.begin(bootID: ThisProcess.randomBits(), isOn: isOn)
        self.isOn = isOn
    }

    /// Takes in an answer, and sends what is due; gives what the log is to say.
    @inline(never)
    func advance(_ identity: TaskIdentity, _ state: TaskState, now: Instant) -> LogDamper.Line? {
        var answer = sender.takeAnswer()
        if answer == nil, let report = delivery.next(now: now, identity: identity, state: state) {
            answer = sender.send(report)
        }
        guard let answer else { return nil }
        if case .accepted = answer { acceptedAt = now }
        let change = delivery.ended(answer, now: now, random: ThisProcess.randomBits())
        guard let change else { return nil }
        return damper.take(AgentEvent(change, url: sender.place), now: now)
    }

    /// Says farewell. Until when there is nothing to do; `nil` at the end.
    @inline(never)
    func part(_ identity: TaskIdentity, now: Instant) -> Instant? {
        if farewell == nil {
            sender.cancel()
            farewell = Farewell(now: now)
        }
        var answer = sender.takeAnswer()
        while !hasParted {
            switch farewell?.next(
                answer, &delivery, identity, now: now, random: ThisProcess.randomBits())
            {
            case .send(let report, let span): answer = sender.send(report, timeout: span)
            case .wait(let until): return until
            case .done(let isAccepted):
                hasParted = true
                isHeard = isAccepted
            case nil: return nil
            }
        }
        return nil
    }

    /// Down after a while without an accepted report: one that fails now and then is up.
    func state(now: Instant, patience: Duration) -> HealthState.Link {
        if let acceptedAt, now - acceptedAt < patience { return .up }
        return delivery.isTroubled ? .down : acceptedAt == nil ? .unknown : .up
    }
}
