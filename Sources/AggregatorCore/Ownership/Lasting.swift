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
    }

    /// What this aggregator calls itself in the table, another name at each start.
    private static func unique(_ name: String?) -> String {
        "\(name ?? "aggregator")-\(String(ThisProcess.randomBits(), radix: 36))"
    }

    /// Reads what was stored before anything is decided; a store that does not answer is asked
    /// again later.
    func open(_ fleet: Fleet) async {
        guard let keeper else { return }
        await keeper.restore(within: AggregatorLimits.restoreWithin)
        fleet.keep(in: keeper)
    }

    /// Until `stop`, which comes after the last call to ECS; then it stores once more, and gives up
    /// the lease.
    func run() async {
        await withDiscardingTaskGroup { group in
            if let lease { group.addTask { await lease.run() } }
            await keep()
            group.cancelAll()
        }
        await lease?.release()
    }

    private func keep() async {
        guard let keeper else { return }
        await withDiscardingTaskGroup { group in
            if lease != nil { group.addTask { await keeper.follow() } }
            await keeper.run()
            group.cancelAll()
        }
    }

    func stop() { keeper?.stop() }
}
