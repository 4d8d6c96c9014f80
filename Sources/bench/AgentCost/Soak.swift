import Foundation
import Glibc

/// The shipped agent at 200 samples a second while its aggregator comes and goes: resident memory
/// at the end within 64 KB of minute one, and no file descriptor more. `make soak`.
struct Soak {
    private static let samplesPerSecond = 200
    private static let growthMaxKB = 64.0
    /// How long the aggregator is there, and away.
    private static let phaseSeconds = 5.0
    private var seconds = 600.0
    private var agent = ".build/agent/agent"

    init(_ arguments: [String]) throws {
        var rest = arguments
        while rest.count >= 2 {
            switch (rest[0], Double(rest[1])) {
            case ("--seconds", let value?) where value >= 20: seconds = value
            case ("--agent", _): agent = rest[1]
            default: throw CostError(description: "soak does not know \(rest)")
            }
            rest.removeFirst(2)
        }
        guard rest.isEmpty else { throw CostError(description: "soak does not know \(rest)") }
    }

    /// Runs and publishes; gives whether both goals are met.
    func run() throws -> Bool {
        let servers = try CostServers()
        let contestants = try Contestants.agentAlone(
            servers, agent: agent, Self.samplesPerSecond)
        let process = contestants.process
        let start = Date.now
        // Minute one, or the first third of a short run.
        let baseline = start + min(60, seconds / 3)
        try comeAndGo(servers, until: baseline)
        let before = (try process.memoryKB().resident, try process.descriptors())
        let requests = try servers.requests()
        let measuredFrom = Date.now
        try comeAndGo(servers, until: start + seconds)
        let after = (try process.memoryKB().resident, try process.descriptors())
        let rate = (try servers.requests() - requests) / Date.now.timeIntervalSince(measuredFrom)
        print(
            String(
                format: "%.0f s: %.0f KB resident in minute one, %.0f KB at the end; "
                    + "%.0f and %.0f descriptors; %.1f samples a second",
                seconds, before.0, after.0, before.1, after.1, rate))
        let rows = [
            BenchRow(
                name: "growth of resident memory", ours: max(0, after.0 - before.0),
                peer: Self.growthMaxKB, peerName: "the limit", unit: "KB", goal: 1),
            BenchRow(
                name: "descriptors", ours: after.1, peer: before.1, peerName: "minute one",
                unit: "", goal: 1),
        ]
        return try BenchReport(name: "soak", rows: rows).publish()
    }

    private func comeAndGo(_ servers: CostServers, until end: Date) throws {
        while Date.now < end {
            usleep(UInt32(Self.phaseSeconds * 1e6))
            servers.stopListener()
            usleep(UInt32(Self.phaseSeconds * 1e6))
            try servers.startListener()
        }
        // Recovered, whatever the phase was.
        sleep(3)
    }
}
