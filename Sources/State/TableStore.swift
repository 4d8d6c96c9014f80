import AWS
import Control
import Platform

/// State in a DynamoDB table that several aggregators share.
///
/// Partition `NAME`:
/// - `lease`, by its holder or who takes it: `holder`, `fence`, `renewals`;
/// - `overrides#CLUSTER/SERVICE`, by whoever hears an operator: `edition`, `body`.
///
/// Partition `NAME#state`, by the lease's holder:
/// - `told#CLUSTER/SERVICE`, with each change and hold: `fence`, `body`;
/// - `learnt#CLUSTER/SERVICE`, every few minutes: `fence`, `body`.
///
/// `body` is what a file would be for that part of one service (see `StatePacking`). Overrides are
/// written only over a lower `edition`, the rest only over a `fence` that is not higher: a former
/// holder that comes back late writes nothing.
package final class TableStore: StateStore {
    private let table: DynamoDBClient
    private let name: String
    /// What was written last of each item, so that only what changed is written.
    private let written = Lock<[String: SavedService]>([:])

    package init(table: DynamoDBClient, name: String) {
        self.table = table
        self.name = name
    }

    package var words: String { "the table's partition \(name)" }

    private var statePartition: String { "\(name)#state" }

    package func load(
        note: @Sendable (StateNote) -> Void
    ) async throws(StateError) -> [SavedState] {
        var states: [SavedState] = []
        do throws(DynamoDBFailure) {
            let items = try await table.items(of: name) + table.items(of: statePartition)
            for item in items {
                guard let body = item["body"]?.bytes, let key = item["sk"]?.text else { continue }
                do throws(StateError) {
                    states.append(try Self.state(body, edition: item["edition"]?.number))
                } catch {
                    // It stays where it is until its next write.
                    note(.distrusted(reason: "\(key): \(error.text)", keptAs: key))
                }
            }
        } catch {
            throw StateError(error)
        }
        return states
    }

    package func orders() async throws(StateError) -> [String: SavedOrders] {
        let items: [DynamoDBItem]
        do throws(DynamoDBFailure) {
            items = try await table.items(of: name)
        } catch {
            throw StateError(error)
        }
        var orders: [String: SavedOrders] = [:]
        for item in items {
            guard let body = item["body"]?.bytes, let edition = item["edition"]?.number,
                let state = try? Self.state(body, edition: edition)
            else { continue }
            for (service, saved) in state.services { orders[service] = saved.orders }
        }
        return orders
    }

    private static func state(_ body: [UInt8], edition: Int64?) throws(StateError) -> SavedState {
        var state = try StateDocument.decode(StatePacking.unpack(body))
        if let edition {
            for service in state.services.keys {
                state.services[service]?.orders.edition = edition
            }
        }
        return state
    }

    // MARK: Saving

    package func save(_ state: SavedState, by writer: StateWriter) async throws(StateError) {
        for (service, saved) in state.services.sorted(by: { $0.key < $1.key }) {
            let before = written.withLock { $0[service] } ?? SavedService()
            var done = before
            if saved.orders.edition > before.orders.edition {
                try await write(.overrides, of: service, saved, state.takenMs, writer)
                done.orders.edition = saved.orders.edition
            }
            if writer.speaks {
                if Part.told.of(saved) != Part.told.of(before) {
                    try await write(.told, of: service, saved, state.takenMs, writer)
                }
                if writer.isSnapshot {
                    try await write(.learnt, of: service, saved, state.takenMs, writer)
                }
                done.orders = saved.orders
            }
            written.withLock { $0[service] = done }
        }
    }

    private enum Part: String {
        case overrides, told, learnt

        func of(_ saved: SavedService) -> SavedService {
            var part = SavedService()
            switch self {
            case .overrides:
                part.orders.overrides = saved.orders.overrides
                part.orders.edition = saved.orders.edition
            case .told:
                part.orders.lastChange = saved.orders.lastChange
                part.orders.holds = saved.orders.holds
            case .learnt:
                part.memory = saved.memory
                part.learnt = saved.learnt
            }
            return part
        }
    }

    private func write(
        _ part: Part, of service: String, _ saved: SavedService, _ takenMs: Int64,
        _ writer: StateWriter
    ) async throws(StateError) {
        let state = SavedState(takenMs: takenMs, services: [service: part.of(saved)])
        let body = try StatePacking.pack(StateDocument.encode(state))
        guard body.count <= StateLimits.itemBytesMax else {
            throw .tooLarge(bytes: body.count, bytesMax: StateLimits.itemBytesMax)
        }
        var item: DynamoDBItem = ["body": .bytes(body)]
        let condition: DynamoDBCondition
        if part == .overrides {
            item["edition"] = .number(saved.orders.edition)
            condition = DynamoDBCondition(
                "attribute_not_exists(edition) OR edition < :edition",
                [":edition": .number(saved.orders.edition)])
        } else {
            item["fence"] = .number(writer.fence)
            condition = DynamoDBCondition(
                "attribute_not_exists(fence) OR fence <= :fence",
                [":fence": .number(writer.fence)])
        }
        let key = DynamoDBClient.Key(
            part == .overrides ? name : statePartition, "\(part.rawValue)#\(service)")
        do throws(DynamoDBFailure) {
            try await table.put(item, at: key, if: condition)
        } catch {
            throw StateError(error)
        }
    }
}

extension StateError {
    init(_ failure: DynamoDBFailure) {
        switch failure {
        case .conditionFailed: self = .overtaken
        default: self = .unavailable(reason: failure.text)
        }
    }
}
