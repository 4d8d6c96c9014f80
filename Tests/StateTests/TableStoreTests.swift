import Control
import TestSupport
import Testing
import Transport

@testable import AWS
@testable import State

/// Two aggregators' state in a third party's DynamoDB.
@Suite(.moto) struct TableStoreTests {
    private func store(_ name: String) throws -> TableStore {
        let moto = try #require(MotoTrait.current)
        let environment = moto.environment
        let configuration = try AWSConfiguration { environment[$0] ?? nil }
        let client = AWSClient(configuration: configuration, http: HTTPClient())
        return TableStore(table: DynamoDBClient(client, table: "autoscaler"), name: name)
    }

    private func all(_ store: TableStore) async throws -> SavedService {
        var all = SavedService()
        for state in try await store.load(note: { Issue.record("\($0)") }) {
            guard let part = state.services["shop/web"] else { continue }
            all.orders.overrides += part.orders.overrides
            all.orders.edition = max(all.orders.edition, part.orders.edition)
            all.orders.holds += part.orders.holds
            all.orders.lastChange = part.orders.lastChange ?? all.orders.lastChange
            if part.learnt != nil {
                all.memory = part.memory
                all.learnt = part.learnt
            }
        }
        return all
    }

    @Test func givesBackWhatTheHolderSaved() async throws {
        let store = try store("whole")
        #expect(try await store.load { _ in }.isEmpty)
        try await store.save(Samples.state(), by: StateWriter(speaks: true, fence: 3))
        #expect(try await all(store) == Samples.state().services["shop/web"])
        #expect(try await store.orders()["shop/web"]?.edition == 4)
    }

    @Test func whoDoesNotHoldTheLeaseStoresOrdersOnly() async throws {
        let store = try store("second")
        try await store.save(Samples.state(), by: StateWriter(speaks: false, fence: 3))
        let found = try await all(store)
        let whole = try #require(Samples.state().services["shop/web"])
        #expect(found.orders.overrides == whole.orders.overrides)
        #expect(found.orders.holds.isEmpty)
        #expect(found.learnt == nil)
    }

    @Test func aFormerHolderWritesNothing() async throws {
        let (former, next) = (try store("fence"), try store("fence"))
        try await next.save(Samples.state(), by: StateWriter(speaks: true, fence: 4))
        var late = Samples.state()
        late.services["shop/web"]?.orders.lastChange = SavedChange(from: 9, to: 1, wallMs: 1)
        await #expect(throws: StateError.overtaken) {
            try await former.save(late, by: StateWriter(speaks: true, fence: 3))
        }
        #expect(try await all(next).orders.lastChange?.to == 9)
    }

    @Test func ofTwoOrdersTheNewerStays() async throws {
        let (one, other) = (try store("orders"), try store("orders"))
        try await one.save(
            Samples.state(reason: "first"), by: StateWriter(speaks: false, fence: 0))
        await #expect(throws: StateError.overtaken) {
            try await other.save(
                Samples.state(reason: "same edition"),
                by: StateWriter(speaks: false, fence: 0))
        }
        #expect(try await one.orders()["shop/web"]?.overrides.first?.reason == "first")
    }
}
