import Values

/// Every configured service; the set never changes, so finding one takes no lock.
package final class Fleet: Sendable {
    package let services: [ManagedService]
    private let byKey: [ServiceKey: ManagedService]
    private let clusters: Set<String>

    package init(_ configurations: [ServiceConfiguration], log: Log, now: Instant) {
        services = configurations.map { ManagedService($0, log: log, now: now) }
        byKey = Dictionary(uniqueKeysWithValues: services.map { ($0.key, $0) })
        clusters = Set(services.map(\.key.cluster))
    }

    package func service(_ key: ServiceKey) -> ManagedService? { byKey[key] }

    package func hasCluster(_ name: String) -> Bool { clusters.contains(name) }

    /// Lets time pass for each service; schedules go by the wall clock.
    func tick(now: Instant, wallMs: Int64) {
        for service in services { service.tick(now: now, wallMs: wallMs) }
    }

    func stop() {
        for service in services { service.stop() }
    }
}
