import Control
import Platform
import State
import Values

/// Reads what lasts at the start, and stores it: at once when people or subscribers count on it,
/// every few minutes for what was learnt, and at the end.
///
/// One write is under way at a time; what is asked for meanwhile is in the next. A store that could
/// not be read is asked again and never written over.
package final class StateKeeper: Sendable {
    package typealias Done = @Sendable (StateError?) -> Void

    private struct Waiting: Sendable {
        var isRead = false
        var done: [Done] = []
    }

    private let store: any StateStore
    private let fleet: Fleet
    private let period: Duration
    private let log: Log
    private let waiting = Lock(Waiting())
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation
    private let troubles = Lock(TroubleLog())

    package init(store: any StateStore, fleet: Fleet, period: Duration, log: Log) {
        self.store = store
        self.fleet = fleet
        self.period = period
        self.log = log
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Reads the store, and gives each service what was stored of it; whether it could be read.
    package func restore() async -> Bool {
        do throws(StateError) {
            let log = log
            let state = try await store.load { note in
                switch note {
                case .distrusted(let reason, let kept):
                    log.error(
                        "state.distrusted", LogField("reason", reason), LogField("keptAs", kept))
                }
            }
            if let state { restore(state) }
            log.info(
                "state.restored", LogField("store", store.words),
                LogField("services", state?.services.count ?? 0),
                LogField("taken", state.map { UTCTime.text(ms: $0.takenMs) } ?? "never"))
            waiting.withLock { $0.isRead = true }
            return true
        } catch {
            failed(error, "state.notRead")
            return false
        }
    }

    private func restore(_ state: SavedState) {
        let (now, wallMs) = (MonotonicClock.now(), WallClock.nowMs())
        for service in fleet.services {
            guard let saved = state.services["\(service.key)"] else { continue }
            service.restore(saved, savedMs: state.takenMs, wallMs: wallMs, now: now)
        }
    }

    /// Stores what there is by now; `done` hears when it is durable, or why it is not.
    package func persist(_ done: Done? = nil) {
        if let done {
            let isTaken = waiting.withLock { waiting in
                guard waiting.done.count < AggregatorLimits.ordersWaitingMax else { return false }
                waiting.done.append(done)
                return true
            }
            if !isTaken { return done(.unavailable(reason: "too many orders wait to be stored")) }
        }
        wakeUp.yield()
    }

    /// Until `stop`; then it stores once more.
    package func run() async {
        let timer = Task { [period] in
            while !Task.isCancelled {
                let isRead = self.waiting.withLock { $0.isRead }
                try? await Task.sleep(
                    for: isRead ? period : min(period, AggregatorLimits.storeRetry))
                self.persist()
            }
        }
        defer { timer.cancel() }
        for await _ in wakeUps {
            await step()
            try? await Task.sleep(for: AggregatorLimits.storePause)
        }
        await step()
    }

    package func stop() {
        wakeUp.finish()
    }

    private func step() async {
        var isRead = waiting.withLock { $0.isRead }
        if !isRead { isRead = await restore() }
        let done = waiting.withLock { waiting in
            defer { waiting.done = [] }
            return waiting.done
        }
        let failure =
            isRead ? await save() : .unavailable(reason: "\(store.words) could not be read yet")
        for hear in done { hear(failure) }
    }

    private func save() async -> StateError? {
        let now = MonotonicClock.now()
        var state = SavedState(takenMs: WallClock.nowMs())
        for service in fleet.services { state.services["\(service.key)"] = service.saved(now: now) }
        do throws(StateError) {
            try await store.save(state)
            if troubles.withLock({ $0.answered(now: MonotonicClock.now()) }) {
                log.info("state.stored", LogField("store", store.words))
            }
            return nil
        } catch {
            failed(error, "state.notStored")
            return error
        }
    }

    private func failed(_ error: StateError, _ event: StaticString) {
        let now = MonotonicClock.now()
        guard let repeats = troubles.withLock({ $0.failed(code: "\(event)", now: now) }) else {
            return
        }
        log.log(
            .error, event,
            [
                LogField("store", store.words), LogField("error", error.text),
                LogField("heldBack", repeats),
            ])
    }
}
