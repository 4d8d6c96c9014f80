/// What a number of surges came to.
struct ReactionResults {
    private var stages: [SurgeStages] = []
    private var peer: [Double] = []
    /// Ours, in the surges that the peer watched too.
    private var besidePeer: [Double] = []
    private(set) var lastLine = ""

    /// In milliseconds.
    private static let medianMax = 15.0
    private static let percentile99Max = 40.0
    private static let ofPeerMax = 0.1

    mutating func add(_ stages: SurgeStages, peer: Double?) {
        self.stages.append(stages)
        lastLine = SurgeStages.all.map { "\($0.name) \(Self.short($0.of(stages)))" }
            .joined(separator: ", ")
        lastLine = "ours \(Self.short(stages.total)) ms (\(lastLine))"
        guard let peer else { return }
        self.peer.append(peer)
        besidePeer.append(stages.total)
        lastLine += ", the sample's loop \(Self.short(peer)) ms"
    }

    /// The goals in milliseconds stand where a peer's figure would; each stage next to the whole.
    func report() -> BenchReport {
        let totals = stages.map(\.total)
        let whole = Self.quantile(totals, 0.5)
        var rows = [
            row(
                "surge to UpdateService, median of \(peer.count)", Self.quantile(besidePeer, 0.5),
                Self.quantile(peer, 0.5), "the sample's loop (3 s poll)", goal: Self.ofPeerMax),
            row(
                "surge to UpdateService, median of \(totals.count)", whole, Self.medianMax,
                "the goal"),
            row(
                "surge to UpdateService, 99th percentile of \(totals.count)",
                Self.quantile(totals, 0.99), Self.percentile99Max, "the goal"),
        ]
        for stage in SurgeStages.all {
            rows.append(
                row(
                    "of which \(stage.name), median", Self.quantile(stages.map(stage.of), 0.5),
                    whole, "the whole, median"))
        }
        return BenchReport(name: "reaction", rows: rows)
    }

    private func row(
        _ name: String, _ ours: Double, _ peer: Double, _ peerName: String, goal: Double = 1
    ) -> BenchRow {
        BenchRow(name: name, ours: ours, peer: peer, peerName: peerName, unit: "ms", goal: goal)
    }

    /// By the nearest rank; the median of an even number is the mean of the middle two.
    static func quantile(_ values: [Double], _ share: Double) -> Double {
        precondition(!values.isEmpty, "nothing has no quantile")
        let sorted = values.sorted()
        if share == 0.5, sorted.count % 2 == 0 {
            return (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
        }
        let rank = (share * Double(sorted.count)).rounded(.up)
        return sorted[max(0, min(sorted.count, Int(rank)) - 1)]
    }

    private static func short(_ milliseconds: Double) -> String {
        "\((milliseconds * 10).rounded() / 10)"
    }
}
