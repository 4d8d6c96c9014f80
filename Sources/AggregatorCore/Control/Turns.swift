import Control
import Platform
import Values

/// Gives services their turns to write, as a `TurnQueue` says.
package final class Turns: Sendable {
    private let queue: Lock<TurnQueue>
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    init(now: Instant) {
        queue = Lock(
            TurnQueue(
                burst: ControlLimits.writesAtOnce, perSecond: ControlLimits.writesPerSecond,
                now: now))
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ask(_ service: Int) {
        queue.withLock { $0.ask(service) }
        wakeUp.yield()
    }

    func stop() {
        wakeUp.finish()
    }

    /// Until it is stopped.
    func run(_ fleet: Fleet) async {
        for await _ in wakeUps {
            while await step(fleet) {}
        }
    }

    /// Whether any service waits still.
    private func step(_ fleet: Fleet) async -> Bool {
        let services = fleet.services
        let step = queue.withLock {
            $0.next(now: MonotonicClock.now()) { services[$0].urgency }
        }
        switch step {
        case .grant(let service): services[service].turn()
        case .wait(let span): try? await Task.sleep(for: span)
        case .idle: return false
        }
        return true
    }
}
