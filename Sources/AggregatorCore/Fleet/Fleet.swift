import Control
import Platform
import Telemetry
import Values

/// Every configured service; the set never changes, so finding one takes no lock.
package final class Fleet: Sendable {
    package let services: [ManagedService]
    private let byKey: [ServiceKey: ManagedService]
    private let clusters: Set<String>
    let turns: Turns

    /// ECS is looked at each `period` while nothing moves.
    package init(
        _ configurations: [ServiceConfiguration], announcer: Announcer? = nil,
        period: Duration = .seconds(5), log: Log, now: Instant
    ) {
        let turns = Turns(now: now)
        let history = HistoryLimits(services: configurations.count)
        self.turns = turns
        services = configurations.enumerated().map { number, configuration in
            ManagedService(
                configuration, number: number, turns: turns, announcer: announcer,
                period: period, history: history, log: log, now: now)
        }
        byKey = Dictionary(uniqueKeysWithValues: services.map { ($0.key, $0) })
        clusters = Set(services.map(\.key.cluster))
    }

    package func service(_ key: ServiceKey) -> ManagedService? { byKey[key] }

    package func hasCluster(_ name: String) -> Bool { clusters.contains(name) }

    /// Lets time pass for each service; schedules go by the wall clock.
    func tick(now: Instant, wallMs: Int64) {
        for service in services {
            service.passed(wallMs: wallMs, now: now)
            service.history.note(HistoryPoint(service.snapshot(), ms: wallMs))
        }
    }

    /// What lasts is stored by this keeper from now on.
    /// Time alone may change a decision: silence, cooldowns, windows. Until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: AggregatorLimits.tickPeriod)
            tick(now: MonotonicClock.now(), wallMs: WallClock.nowMs())
        }
    }

    func keep(in keeper: StateKeeper) {
        for service in services { service.keep(in: keeper) }
    }

    /// How old the oldest counts are, of the services that ECS described.
    var oldestCounts: Duration {
        let now = MonotonicClock.now()
        return services.compactMap(\.seenAt).min().map { now - $0 } ?? .zero
    }

    func stop() {
        for service in services { service.stop() }
        turns.stop()
    }
}
