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
        var isSnapshotDue = false
        var done: [Done] = []
    }

    private let store: any StateStore
    private let fleet: Fleet
    private let period: Duration
    private let writer: @Sendable () -> StateWriter
    private let log: Log
    private let waiting = Lock(Waiting())
    /// Of each service, as of the last snapshot: it takes long to make.
    private let learnt: Lock<[SavedLearning?]>
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation
    private let troubles = Lock(TroubleLog())

    package init(
        store: any StateStore, fleet: Fleet, period: Duration,
        writer: @escaping @Sendable () -> StateWriter = { .alone }, log: Log
    ) {
        self.writer = writer
        learnt = Lock(fleet.services.map { _ in nil })
        self.store = store
        self.fleet = fleet
        self.period = period
        self.log = log
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Waits for the reading at most so long; where the store does not answer, it is asked again
    /// later.
    func restore(within limit: Duration) async {
        let (ends, end) = AsyncStream<Void>.makeStream()
        Task {
            _ = await restore()
            end.finish()
        }
        let timer = Task {
            try? await Task.sleep(for: limit)
            end.finish()
        }
        for await _ in ends {}
        timer.cancel()
    }

    /// Reads the store, and gives each service what was stored of it; whether it could be read.
    package func restore() async -> Bool {
        do throws(StateError) {
            let log = log
            let states = try await store.load { note in
                switch note {
                case .distrusted(let reason, let kept):
                    log.error(
                        "state.distrusted", LogField("reason", reason), LogField("keptAs", kept))
                }
            }
            for state in states { restore(state) }
            log.info(
                "state.restored", LogField("store", store.words),
                LogField("services", Set(states.flatMap(\.services.keys)).count),
                LogField(
                    "taken",
                    states.map(\.takenMs).max().map { UTCTime.text(ms: $0) } ?? "never"))
            waiting.withLock { $0.isRead = true }
            return true
        } catch {
            failed(error, "state.notRead")
            return false
        }
    }

    private func restore(_ state: SavedState) {
        let (now, wallMs) = (MonotonicClock.now(), WallClock.nowMs())
        for (index, service) in fleet.services.enumerated() {
            guard let saved = state.services["\(service.key)"] else { continue }
            if let known = saved.learnt { learnt.withLock { $0[index] = known } }
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
                self.waiting.withLock { $0.isSnapshotDue = true }
                self.persist()
            }
        }
        defer { timer.cancel() }
        for await _ in wakeUps {
            await step()
            try? await Task.sleep(for: AggregatorLimits.storePause)
        }
        waiting.withLock { $0.isSnapshotDue = true }
        await step()
    }

    /// Takes over what operators ordered of another aggregator, until it is cancelled.
    package func follow() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: AggregatorLimits.ordersPeriod)
            // What is wrong with the table, the lease says.
            guard let orders = try? await store.orders() else { continue }
            let (now, wallMs) = (MonotonicClock.now(), WallClock.nowMs())
            for service in fleet.services {
                guard let news = orders["\(service.key)"] else { continue }
                service.adopt(news, wallMs: wallMs, now: now)
            }
        }
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
        var writer = writer()
        writer.isSnapshot = waiting.withLock { waiting in
            defer { waiting.isSnapshotDue = false }
            return waiting.isSnapshotDue
        }
        for (index, service) in fleet.services.enumerated() {
            var saved = service.saved(now: now)
            saved.learnt = learnt.withLock { learnt in
                if writer.isSnapshot { learnt[index] = service.learnt(now: now) }
                return learnt[index]
            }
            state.services["\(service.key)"] = saved
        }
        do throws(StateError) {
            try await store.save(state, by: writer)
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
