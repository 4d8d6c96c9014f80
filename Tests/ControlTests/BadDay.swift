import Scaling
import Telemetry
import TestSupport
import Values

@testable import Control

/// A controller beside a `FakeECS`, in simulated time, from a seed.
struct BadDay {
    private struct Call {
        let due: Instant
        let askedAt: Instant
        let answer: Answer
    }

    private enum Answer {
        case look(ServiceDescription?, isFresh: Bool)
        case write(UpdateOrder, CallFailure?)
    }

    private(set) var ecs = FakeECS(2)
    private(set) var controller: ServiceController
    private(set) var problems: [String] = []
    private(set) var announced: [ServiceChange] = []
    private(set) var adopted = 0
    private(set) var foreign = 0
    private var random: SeededRandom
    private var calls: [Call] = []
    private var now = Samples.start
    private var sequence: UInt64 = 0
    private var lastSent: UpdateOrder?
    private var load = 80

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        controller = ServiceController(
            policy: Samples.policy, period: .seconds(5), now: Samples.start)
    }

    /// `faults` is the share of the calls that fail, 0 to 1.
    mutating func run(seconds: Int, faults: Double) {
        for _ in 0..<seconds * 10 {
            now = now + .milliseconds(100)
            if chance(0.01 * faults) { load = Int.random(in: 20...700, using: &random) }
            if chance(0.01 * faults) { somebodyElseWrites() }
            if chance(0.02 * faults) {
                ecs.lag = .seconds([0, 0, 0, 5, 20].randomElement(using: &random) ?? 0)
            }
            if faults == 0 { ecs.lag = .zero }
            answerCalls(faults)
            if now.nanoseconds % 1_000_000_000 == 0 { second(faults) }
        }
    }

    private mutating func chance(_ share: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < share
    }

    private mutating func somebodyElseWrites() {
        let count = Int.random(in: 1...20, using: &random)
        guard count != ecs.desired else { return }
        foreign += 1
        ecs.set(count, isOurs: false, now: now)
    }

    /// Each task reports, and looks are asked for.
    private mutating func second(_ faults: Double) {
        sequence += 1
        let tasks = max(1, ecs.desired)
        for task in 0..<tasks {
            let report = Samples.report(task: task, sequence: sequence, busy: load / tasks)
            let actions = controller.ingest(report, now: now).1
            perform(actions, faults)
        }
        perform(controller.passed(wallMs: now.nanoseconds / 1_000_000, now: now), faults)
        guard controller.isLookDue(now: now) else { return }
        controller.lookAsked(now: now)
        ask(isFresh: false, faults)
    }

    private mutating func ask(isFresh: Bool, _ faults: Double) {
        let shown = chance(0.2 * faults) ? nil : ecs.shown(now: now)
        calls.append(
            Call(due: now + latency(), askedAt: now, answer: .look(shown, isFresh: isFresh)))
    }

    private mutating func latency() -> Duration {
        .milliseconds(Int64.random(in: 1...4, using: &random) * 100)
    }

    private mutating func perform(_ actions: [ControlAction], _ faults: Double) {
        for action in actions {
            switch action {
            case .askTurn: perform(controller.turn(now: now), faults)
            case .look: ask(isFresh: true, faults)
            case .update(let order): send(order, faults)
            case .announce(.scaled(let change)): announced.append(change)
            case .log(.adopted): adopted += 1
            case .announce, .log, .persist, .wake: break
            }
        }
    }

    private mutating func send(_ order: UpdateOrder, _ faults: Double) {
        // What somebody else did since the look is out of anybody's sight.
        let seen = ecs.writes.last { now - $0.at >= ecs.lag + .milliseconds(900) }
        if faults == 0, let seen, seen.count == ecs.desired, order.to < ecs.desired {
            problems.append("\(order.to) over \(ecs.desired)")
        }
        if order.to < order.decision.from {
            problems.append("lowered from \(order.decision.from) to \(order.to)")
        }
        if order.sentAt != now { problems.append("an old order is sent") }
        lastSent = order
        var failure: CallFailure?
        var acts = true
        if chance(0.3 * faults) {
            let kind = Int.random(in: 0..<4, using: &random)
            failure = [.throttled, .down, .timedOut, .timedOut][kind]
            acts = kind == 3
        }
        if acts { ecs.set(order.to, isOurs: true, now: now) }
        calls.append(Call(due: now + latency(), askedAt: now, answer: .write(order, failure)))
    }

    private mutating func answerCalls(_ faults: Double) {
        let due = calls.filter { $0.due <= now }
        calls.removeAll { $0.due <= now }
        for call in due {
            switch call.answer {
            case .look(let description?, _):
                let actions = controller.described(
                    description, askedAt: call.askedAt, now: now)
                perform(actions, faults)
            case .look(nil, true):
                perform(controller.freshLookFailed(.timedOut, now: now, jitter: 0.5), faults)
            case .look(nil, false): controller.lookFailed(.timedOut, now: now)
            case .write(let order, nil):
                perform(controller.accepted(Samples.description(order.to), now: now), faults)
            case .write(_, let failure?):
                perform(controller.failed(failure, now: now, jitter: 0.5), faults)
            }
        }
    }

    /// What the load is worth as the tasks report it, within the bounds.
    var needed: Int {
        let tasks = max(1, ecs.desired)
        return min(20, max(1, (load / tasks * tasks + 39) / 40))
    }
}
