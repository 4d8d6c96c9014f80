import Platform
import Testing

@testable import AgentCore

@Suite struct ListenerRuleTests {
    private static func listener(
        _ port: UInt16, loopback: Bool = false, user: UInt32 = 0, cgroup: UInt64? = nil
    ) -> SocketRecord {
        let first = loopback ? UInt32(0x7F00_0001).bigEndian : 0
        return SocketRecord(
            state: .listening,
            local: LocalAddress(family: .ip4, words: (first, 0, 0, 0), port: port),
            receiveQueue: 0, user: user, cgroup: cgroup)
    }

    private func ports(
        _ all: [SocketRecord], named: [UInt16] = [], statusPorts: [UInt16] = [8113]
    ) -> [UInt16] {
        var own: [SocketRecord] = []
        ListenerRule(ports: named, statusPorts: statusPorts).select(from: all, into: &own)
        return own.map(\.local.port)
    }

    private let page = listener(8113, loopback: true, cgroup: 7)

    @Test func whoMadeTheStatusPagesListenerMadeTheOthers() {
        let all = [
            Self.listener(80, cgroup: 7), Self.listener(443, cgroup: 7), page,
            Self.listener(2015, cgroup: 9), Self.listener(9000, user: 33, cgroup: 7),
            Self.listener(2000, loopback: true, cgroup: 7),
        ]
        #expect(ports(all) == [80, 443])
    }

    @Test func withoutControlGroupsTheUserTells() {
        let all = [
            Self.listener(80), Self.listener(8113, loopback: true), Self.listener(2015, user: 33),
        ]
        #expect(ports(all) == [80])
    }

    @Test func withoutAStatusListenerAllThatIsReachableCounts() {
        let all = [Self.listener(80, cgroup: 7), Self.listener(2015, cgroup: 9)]
        #expect(ports(all, statusPorts: []) == [80, 2015])
    }

    @Test func aStatusPageOnTheOnlyPortLeavesThatPort() {
        #expect(ports([Self.listener(80)], statusPorts: [80]) == [80])
        #expect(ports([Self.listener(80), Self.listener(8113)]) == [80])
    }

    @Test func namedPortsAreTakenAsTheyAre() {
        let all = [page, Self.listener(80), Self.listener(2015, loopback: true, user: 33)]
        #expect(ports(all, named: [2015, 80]) == [80, 2015])
        #expect(ports(all, named: [81]) == [])
    }

    @Test func whatListenersLoseCountsFromTheirSecondReading() {
        var counter = DropCounter()
        func lose(_ losses: [(UInt64, UInt32)]) -> UInt64? {
            counter.advance(
                losses.map { cookie, drops in
                    var record = Self.listener(80)
                    record.cookie = cookie
                    record.drops = drops
                    return record
                })
            return counter.total
        }
        #expect(lose([]) == nil)
        #expect(lose([(1, 500)]) == 0, "what was before is not known")
        #expect(lose([(1, 503), (2, 90)]) == 3)
        #expect(lose([(2, 91)]) == 4, "one that goes takes nothing away")
        #expect(lose([(2, .max)]) == 4 + UInt64(UInt32.max - 91))
        #expect(lose([(2, 1)]) == 6 + UInt64(UInt32.max - 91), "it wraps")
    }
}
