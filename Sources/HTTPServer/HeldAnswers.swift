import Platform

/// Answers to strangers that wait until there is processor time for them; first come, first served.
///
/// Meanwhile their connections are suspended: nothing is read, and who waits for an answer sends
/// nothing. At most one a connection, so it is bounded as they are.
final class HeldAnswers: Sendable {
    private struct Held: Sendable {
        let request: DeferredResponse
        let answer: PreparedResponse
    }

    private struct State {
        var queue: [Held] = []
        var head = 0
    }

    private let state = Lock(State())

    func add(_ request: DeferredResponse, _ answer: PreparedResponse) {
        state.withLock { $0.queue.append(Held(request: request, answer: answer)) }
    }

    /// Gives answers, as long as `allows` says so.
    func release(while allows: () -> Bool) {
        while let held = next(allows) { held.request.answer(held.answer) }
    }

    private func next(_ allows: () -> Bool) -> Held? {
        state.withLock { state in
            guard state.head < state.queue.count, allows() else { return nil }
            defer {
                state.head += 1
                if state.head * 2 > state.queue.count {
                    state.queue.removeFirst(state.head)
                    state.head = 0
                }
            }
            return state.queue[state.head]
        }
    }
}
