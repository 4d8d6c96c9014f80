import AWS
import Control
import Platform
import State
import Transport
import Values

/// What of the aggregator outlives it, and what it is next to others: the store and the lease.
package final class Lasting: Sendable {
    package let keeper: StateKeeper?
    private let lease: LeaseKeeper?
    private let keeping: Task<Void, Never>?
    private let following: Task<Void, Never>?
    private let leasing: Task<Void, Never>?

    /// Reads what was stored before anything is decided; a store that does not answer is asked
    /// again later.
    ///
    /// Blocks its thread, which is none of Swift's.
    package init(
        _ configuration: StateConfiguration, _ client: AWSClient, _ fleet: Fleet,
        name: String?, log: Log
    ) {
        let table = configuration.table.map { DynamoDBClient(client, table: $0) }
        let lease = table.map { table in
            LeaseKeeper(
                table: table, group: configuration.group, name: Self.unique(name), fleet: fleet,
                log: log)
        }
        var store: (any StateStore)?
        if let file = configuration.file {
            store = FileStore(path: file)
        } else if let table {
            store = TableStore(table: table, name: configuration.group)
        }
        let keeper = store.map { store in
            StateKeeper(
                store: store, fleet: fleet, period: configuration.snapshotPeriod,
                writer: { lease?.writer ?? .alone }, log: log)
        }
        self.lease = lease
        self.keeper = keeper
        if let keeper { Self.restore(keeper, fleet) }
        keeping = keeper.map { keeper in Task { await keeper.run() } }
        following = lease == nil ? nil : keeper.map { keeper in Task { await keeper.follow() } }
        leasing = lease.map { lease in Task { await lease.run() } }
    }

    /// What this aggregator calls itself in the table, another name at each start.
    private static func unique(_ name: String?) -> String {
        "\(name ?? "aggregator")-\(String(ThisProcess.randomBits(), radix: 36))"
    }

    private static func restore(_ keeper: StateKeeper, _ fleet: Fleet) {
        let isRead = Semaphore()
        Task {
            _ = await keeper.restore()
            isRead.signal()
        }
        _ = isRead.wait(atMost: AggregatorLimits.restoreWithin)
        fleet.keep(in: keeper)
    }

    /// Stores once more, and gives up the lease; after the last call to ECS.
    package func end() async {
        following?.cancel()
        keeper?.stop()
        await keeping?.value
        leasing?.cancel()
        await leasing?.value
        await lease?.release()
    }
}
