import AgentCore
import Foundation
import Glibc

/// What the kernel's witnesses cost: looks and glances at the sampled nginx, by processor time of
/// this thread, each after a pause, since the agent's caches are cold then as well.
struct WitnessCost {
    private static let turns = 400
    private static let pauseMicroseconds: UInt32 = 2500
    /// At rest: a look a second, and five glances from one sample to the next.
    private static let glancesPerSecond = 75.0

    let servers: CostServers

    func row() -> BenchRow {
        let reader = WitnessReader(ports: [UInt16(servers.statusPort)], statusPorts: [])
        let look = turn { _ = reader.look() }
        let glance = turn { _ = reader.socketsInUse() }
        print(
            String(
                format: "the kernel's witnesses: %.0f µs a look, %.1f µs a glance; unavailable: %@",
                look, glance, "\(reader.unavailable.map(\.source))"))
        let perSecond = look + glance * Self.glancesPerSecond
        return BenchRow(
            name: "the kernel's witnesses at rest", ours: perSecond / 1e6 / 0.25 * 100, peer: 0.1,
            peerName: "the limit", unit: "% of a quarter vCPU", goal: 1)
    }

    /// The median, in microseconds.
    private func turn(_ body: () -> Void) -> Double {
        var times: [Double] = []
        for _ in 0..<Self.turns {
            usleep(Self.pauseMicroseconds)
            let before = Self.threadNanoseconds()
            body()
            times.append(Double(Self.threadNanoseconds() - before) / 1000)
        }
        return times.sorted()[times.count / 2]
    }

    private static func threadNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
