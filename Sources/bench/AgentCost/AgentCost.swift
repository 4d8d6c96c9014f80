import Foundation
import Glibc

/// What it costs to know how busy nginx is: our shipped agent, nginx-prometheus-exporter and
/// collectd's nginx plugin, in turns on the same nginx at ten samples a second.
///
/// Ours pushes a report a second to a real listener within that; the exporter is scraped over a
/// kept connection, and its scraper is not charged; collectd writes its values nowhere.
struct AgentCost {
    private static let samplesPerSecond = 10
    private static let rounds = 8
    private static let turnSeconds = 2.0
    private static let settleMicroseconds: UInt32 = 300_000
    private var agent = ".build/agent/agent"
    /// Where the agent finds its libraries first: as in its image, a libcurl of its own.
    private var libraries = ".build/curl"

    init(_ arguments: [String]) throws {
        var rest = arguments
        while rest.count >= 2 {
            switch rest[0] {
            case "--agent": agent = rest[1]
            case "--libraries": libraries = rest[1]
            default: throw CostError(description: "agent does not know \(rest)")
            }
            rest.removeFirst(2)
        }
        guard rest.isEmpty else { throw CostError(description: "agent does not know \(rest)") }
        guard FileManager.default.fileExists(atPath: libraries + "/libcurl.so.4") else {
            throw CostError(
                description: "\(libraries)/libcurl.so.4 is missing: `make bench` builds it")
        }
    }

    /// Measures and publishes; gives whether every goal is met.
    func run() throws -> Bool {
        let servers = try CostServers()
        let contestants = try Contestants(
            servers, agent: agent, libraries: libraries, Self.samplesPerSecond)
        // All have started, reported and settled.
        sleep(4)
        for each in contestants.all { each.process.pause() }
        for _ in 0..<Self.rounds {
            for each in contestants.all { try takeTurn(each, servers) }
        }
        var rows = costRows(contestants)
        rows.append(rateRow(contestants.standard))
        rows.append(try pathRow(servers))
        rows.append(WitnessCost(servers: servers).row())
        rows += try sizeRows()
        explain(contestants)
        return try BenchReport(name: "agent", rows: rows).publish()
    }

    private func takeTurn(_ contestant: Contestant, _ servers: CostServers) throws {
        contestant.process.resume()
        usleep(Self.settleMicroseconds)
        let requests = try servers.requests()
        let own = try contestant.process.cpuNanoseconds()
        let nginx = try servers.sampled.cpuNanoseconds()
        let end = Date.now + Self.turnSeconds
        if let scrape = contestant.scrape {
            var next = Date.now
            while Date.now < end {
                try scrape()
                next += 1 / Double(Self.samplesPerSecond)
                usleep(UInt32(max(0, next.timeIntervalSinceNow) * 1e6))
            }
        } else {
            usleep(UInt32(Self.turnSeconds * 1e6))
        }
        // Our own question is one of them.
        let samples = try servers.requests() - requests - 1
        guard samples > 0 else {
            throw CostError(description: "\(contestant.process.name) took no sample")
        }
        contestant.turns.append(
            Turn(
                cpu: (try contestant.process.cpuNanoseconds() - own) / samples / 1000,
                nginx: (try servers.sampled.cpuNanoseconds() - nginx) / samples / 1000,
                samples: samples))
        let memory = try contestant.process.memoryKB()
        contestant.residentKB = max(contestant.residentKB, memory.resident)
        contestant.ownKB = max(contestant.ownKB, memory.own)
        contestant.process.pause()
    }

    private func costRows(_ contestants: Contestants) -> [BenchRow] {
        let ours = contestants.ours
        func row(
            _ name: String, _ unit: String, goal: Double, _ value: (Contestant) -> Double
        ) -> BenchRow? {
            guard let best = contestants.peers.min(by: { value($0) < value($1) }) else {
                return nil
            }
            return BenchRow(
                name: name, ours: value(ours), peer: value(best), peerName: best.process.name,
                unit: unit, goal: goal)
        }
        return [
            row("CPU a sample", "µs", goal: 0.5) { $0.median(\.cpu) },
            row("resident memory", "KB", goal: 1) { $0.residentKB },
            row("private memory", "KB", goal: 0.5) { $0.ownKB },
            // Nobody can make nginx's own part smaller; ours is not to make it larger.
            row("nginx's CPU a sample", "µs", goal: 1.1) { $0.median(\.nginx) },
        ].compactMap { $0 }
    }

    /// The default rate is the highest that stays below the limit, pushes included.
    private func rateRow(_ standard: Contestant) -> BenchRow {
        let perSecond = standard.median(\.cpu) * standard.median(\.samples) / Self.turnSeconds
        return BenchRow(
            name: standard.process.name, ours: perSecond / 1e6 / 0.25 * 100, peer: 1,
            peerName: "the limit", unit: "% of a quarter vCPU", goal: 1)
    }

    private func pathRow(_ servers: CostServers) throws -> BenchRow {
        let paths = try SamplingPaths(servers: servers).measure()
        print(
            String(
                format: "a sample over a kept connection of our own: %.0f µs, by libcurl %.0f µs, "
                    + "over a unix socket %.0f µs; %.0f µs are the kernel's, for send and recv alone",
                paths.ours, paths.libcurl, paths.unix, paths.bare))
        return BenchRow(
            name: "our own connection", ours: paths.ours, peer: paths.libcurl,
            peerName: "libcurl", unit: "µs", goal: 1)
    }

    private func explain(_ contestants: Contestants) {
        for each in contestants.all {
            print(
                String(
                    format: "%@: %.0f µs a sample (nginx %.0f), %.0f KB resident, %.0f KB private, "
                        + "%.1f samples a second",
                    each.process.name, each.median(\.cpu), each.median(\.nginx), each.residentKB,
                    each.ownKB, each.median(\.samples) / Self.turnSeconds))
        }
    }

    /// The shipped binary against 200 KB; with every library it loads, each gzipped, against 9 MB.
    private func sizeRows() throws -> [BenchRow] {
        let libraries = try output("/usr/bin/ldd", [agent]).split(separator: "\n").compactMap {
            $0.split(separator: " ").first { $0.hasPrefix("/") }.map(String.init)
        }
        var gzipped = 0.0
        for file in Set(libraries + [agent]) {
            gzipped +=
                Double(
                    try output("/bin/sh", ["-c", "gzip -9 -c \"$0\" | wc -c", file])
                        .trimmingCharacters(in: .whitespacesAndNewlines)) ?? .infinity
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: agent)
        let bytes = (attributes[.size] as? NSNumber)?.doubleValue ?? .infinity
        return [
            BenchRow(
                name: "shipped binary", ours: bytes / 1000, peer: 200, peerName: "the limit",
                unit: "KB", goal: 1),
            BenchRow(
                name: "gzipped with its \(libraries.count) libraries", ours: gzipped / 1e6,
                peer: 9, peerName: "the limit", unit: "MB", goal: 1),
        ]
    }

    private func output(_ path: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ["LD_LIBRARY_PATH": libraries]
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
