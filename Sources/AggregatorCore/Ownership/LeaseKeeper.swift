import AWS
import Control
import Platform
import State
import Values

/// Does with the table what a `Lease` asks for, once a second, and tells each service what this
/// aggregator is to it.
package final class LeaseKeeper: Sendable {
    private let table: DynamoDBClient
    private let key: DynamoDBClient.Key
    private let fleet: Fleet
    private let log: Log
    private let lease: Lock<Lease>
    private let troubles = Lock(TroubleLog())
    private let word = Lock("")

    package init(table: DynamoDBClient, group: String, name: String, fleet: Fleet, log: Log) {
        self.table = table
        key = DynamoDBClient.Key(group, "lease")
        self.fleet = fleet
        self.log = log
        lease = Lock(Lease(name: name, now: MonotonicClock.now()))
        stand()
    }

    /// Until it is cancelled.
    package func run() async {
        while !Task.isCancelled {
            let began = MonotonicClock.now()
            let action = lease.withLock { $0.next(now: began) }
            await perform(action)
            stand()
            let left = ControlLimits.leasePeriod - (MonotonicClock.now() - began)
            // Another's release, or the first look, is acted on at once.
            let isUrgent = lease.withLock { lease in
                action == .read && lease.isFree(now: MonotonicClock.now())
            }
            if !isUrgent { try? await Task.sleep(for: left) }
        }
    }

    /// Gives the lease up, so that another one has it within a second.
    package func release() async {
        guard let action = lease.withLock({ $0.release(now: MonotonicClock.now()) }) else {
            return
        }
        stand()
        await perform(action)
        log.info("lease.released")
    }

    /// Who writes state.
    package var writer: StateWriter {
        let now = MonotonicClock.now()
        return lease.withLock { lease in
            StateWriter(
                speaks: Standing(lease, now: now).allowsLowering(now: now), fence: lease.fence)
        }
    }

    package var standing: Standing {
        let now = MonotonicClock.now()
        return lease.withLock { Standing($0, now: now) }
    }

    private func stand() {
        let now = MonotonicClock.now()
        let (standing, fence, holder) = lease.withLock {
            (Standing($0, now: now), $0.fence, $0.holder ?? "nobody")
        }
        for service in fleet.services { service.stands(standing, now: now) }
        let isNews = word.withLock { word in
            let text = standing == .second(ownerLives: false) ? "waiting" : standing.word
            defer { word = text }
            return word != text
        }
        guard isNews else { return }
        log.info(
            "lease.standing", LogField("standing", standing.word),
            LogField("holder", holder), LogField("fence", Int(fence)),
            LogField("ownerLives", standing != .second(ownerLives: false)))
    }

    private func perform(_ action: Lease.Action) async {
        do throws(DynamoDBFailure) {
            switch action {
            case .read:
                let item = try await table.item(key, within: ControlLimits.leaseCallWithin)
                let read = item.flatMap { Lease.Item($0) }
                lease.withLock { $0.read(read, now: MonotonicClock.now()) }
            case .write(let item, let over):
                try await write(item, over: over)
                lease.withLock { $0.wrote(now: MonotonicClock.now()) }
            }
            if troubles.withLock({ $0.answered(now: MonotonicClock.now()) }) {
                log.info("lease.recovered")
            }
        } catch .conditionFailed {
            lease.withLock { $0.refused(now: MonotonicClock.now()) }
        } catch {
            lease.withLock { $0.failed() }
            failed(error)
        }
    }

    private func write(_ item: Lease.Item, over: Lease.Item?) async throws(DynamoDBFailure) {
        guard let over else {
            return try await table.put(
                item.attributes, at: key, if: DynamoDBCondition("attribute_not_exists(pk)"),
                within: ControlLimits.leaseCallWithin)
        }
        try await table.update(
            key, "SET holder = :holder, fence = :fence, renewals = :renewals",
            Dictionary(uniqueKeysWithValues: item.attributes.map { (":\($0)", $1) }),
            if: DynamoDBCondition(
                "holder = :was AND fence = :number AND renewals = :count",
                [
                    ":was": .text(over.holder), ":number": .number(over.fence),
                    ":count": .number(over.renewals),
                ]),
            within: ControlLimits.leaseCallWithin)
    }

    private func failed(_ failure: DynamoDBFailure) {
        guard failure != .cancelled,
            let repeats = troubles.withLock({
                $0.failed(code: "lease", now: MonotonicClock.now())
            })
        else { return }
        log.error(
            "lease.failed", LogField("error", failure.text),
            LogField("reason", "raises go on; nothing is lowered without the lease"),
            LogField("heldBack", repeats))
    }
}

extension Lease.Item {
    /// `nil` when the item is none of ours.
    init?(_ item: DynamoDBItem) {
        guard let holder = item["holder"]?.text, let fence = item["fence"]?.number,
            let renewals = item["renewals"]?.number
        else { return nil }
        self.init(holder: holder, fence: fence, renewals: renewals)
    }

    var attributes: DynamoDBItem {
        ["holder": .text(holder), "fence": .number(fence), "renewals": .number(renewals)]
    }
}
