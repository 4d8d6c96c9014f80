import Foundation

/// One claim: ours next to a peer's, measured in the same run.
struct BenchRow: Encodable {
    let name: String
    let ours: Double
    let peer: Double
    let peerName: String
    let unit: String
    /// Ours is to be at most a part of the peer's: `<= 0.5`.
    let goal: String
    let ratio: Double
    let met: Bool

    init(
        name: String, ours: Double, peer: Double, peerName: String, unit: String, goal: Double
    ) {
        self.name = name
        self.ours = ours
        self.peer = peer
        self.peerName = peerName
        self.unit = unit
        self.goal = "<= \(Self.short(goal))"
        ratio = ours / peer
        met = ratio <= goal
    }

    var text: String {
        "\(name): ours \(Self.short(ours)) \(unit), \(peerName) \(Self.short(peer)) \(unit),"
            + " ratio \(Self.short(ratio)), goal \(goal): \(met ? "met" : "NOT MET")"
    }

    private static func short(_ value: Double) -> String {
        String(format: "%.4g", value)
    }
}

/// What a bench found: a table for people, a file for programs.
struct BenchReport {
    let name: String
    let rows: [BenchRow]

    /// Prints the table and writes `.build/bench/NAME.json`; gives whether every goal is met.
    func publish() throws -> Bool {
        for row in rows {
            print(row.text)
        }
        try FileManager.default.createDirectory(
            atPath: ".build/bench", withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(rows).write(to: URL(fileURLWithPath: ".build/bench/\(name).json"))
        return rows.allSatisfy(\.met)
    }
}
