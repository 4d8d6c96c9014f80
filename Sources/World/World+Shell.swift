import Control
import Scaling
import Telemetry
import Values

// The controller's shell: performs what it asks for, with a simulated ECS.
extension World {
    mutating func tick() {
        let now = Self.instant(second)
        perform(controller.passed(wallMs: wallMs, now: now))
        answerCalls()
        guard controller.isLookDue(now: now) else { return }
        controller.lookAsked(now: now)
        ask(isFresh: false)
        answerCalls()
    }

    mutating func perform(_ actions: [ControlAction]) {
        for action in actions {
            switch action {
            case .askTurn: calls.append(Call(at: second, answer: .turn, life: life))
            // Nobody stands next to this one.
            case .wake: break
            case .look: ask(isFresh: true)
            case .update(let order): write(order)
            case .announce(let announcement): judge.announced(announcement, second: second)
            case .log(.adopted(let from, let to, _)): note("adopted \(from) -> \(to)")
            case .log, .persist: break
            }
        }
    }

    mutating func ask(isFresh: Bool) {
        let fails = isOn(.looksFail).map { dice.chance($0.size) } ?? false
        let isTruncated = isOn(.truncatedReads).map { dice.chance($0.size) } ?? false
        let lag = isOn(.staleReads).map { dice.between(0, $0.size) } ?? 0
        let result = front.look(at: second, lag: lag, fails: fails || isTruncated)
        let delay = fails ? 0.7 : dice.between(0.02, 0.08)
        calls.append(
            Call(
                at: second + delay, answer: .look(result, askedAt: second, isFresh: isFresh),
                life: life))
    }

    mutating func write(_ order: UpdateOrder) {
        movedAt = second
        let isThrottled = isOn(.throttled).map { dice.chance($0.size) } ?? false
        let fails = isOn(.writesFail).map { dice.chance($0.size) } ?? false
        let isUnanswered = isOn(.writesUnanswered).map { dice.chance($0.size) } ?? false
        if isThrottled || !front.takesWrite() {
            return answerWrite(.failure(Self.failure(.throttled)), after: 0.05)
        }
        if fails { return answerWrite(.failure(Self.failure(.transient)), after: 0.3) }
        note(
            "we: \(ecs.desired) -> \(order.to): \(order.decision.reason) (in truth \(ecs.runningCount)"
                + " run, worth \(Int(traffic.work)), \(Int(traffic.queue)) wait)")
        judge.wrote(order.to, truth, script.incidents, isAnswered: !isUnanswered)
        ecs.set(desired: order.to)
        front.note(ecs, at: second)
        if isUnanswered { return answerWrite(.failure(Self.failure(.uncertain)), after: 1.2) }
        answerWrite(.success(ECSFront.describe(ecs)), after: dice.between(0.02, 0.08))
    }

    mutating func answerWrite(
        _ result: Result<ServiceDescription, CallFailure>, after delay: Double
    ) {
        calls.append(Call(at: second + delay, answer: .write(result), life: life))
    }

    private static func failure(_ kind: CallFailure.Kind) -> CallFailure {
        CallFailure(kind, code: "simulated", text: "simulated")
    }

    /// Answers what is due before the next step, in order of time.
    mutating func answerCalls() {
        let stepEnd = second + 0.9
        let stepBegin = second
        while let index = calls.indices.min(by: { calls[$0].at < calls[$1].at }),
            calls[index].at < stepEnd
        {
            let call = calls.remove(at: index)
            guard call.life == life else { continue }
            second = max(second, call.at)
            perform(answer(call.answer))
        }
        second = stepBegin
    }

    mutating func answer(_ answer: Answer) -> [ControlAction] {
        let now = Self.instant(second)
        switch answer {
        case .turn: return controller.turn(now: now)
        case .look(.success(let description), let askedAt, _):
            judge.saw(description, askedAt: askedAt)
            return controller.described(
                description, askedAt: Self.instant(askedAt), now: now)
        case .look(.failure(let failure), _, let isFresh):
            if isFresh {
                return controller.freshLookFailed(failure, now: now, jitter: dice.share())
            }
            controller.lookFailed(failure, now: now)
            return []
        case .write(.success(let description)): return controller.accepted(description, now: now)
        case .write(.failure(let failure)):
            return controller.failed(failure, now: now, jitter: dice.share())
        }
    }
}
