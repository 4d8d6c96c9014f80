/// What came of a run of the load generator.
struct LoadResult {
    /// Answers by status.
    var statuses: [Int: Int] = [:]
    /// Requests without an answer, since the server closed the connection.
    var lost = 0
    /// From each request to its whole answer, in microseconds; paced runs only.
    var latenciesUs: [Int32] = []
    /// From when each request was due to when the load generator came to send it, in microseconds.
    var delaysUs: [Int32] = []
    var seconds = 0.0

    var answers: Int { statuses.values.reduce(0, +) }
    /// Answers with a status of success.
    var taken: Int { statuses.filter { (200...299).contains($0.key) }.values.reduce(0, +) }

    /// The latency that `percent` of the requests do not exceed, in milliseconds.
    func latencyMs(percent: Double) -> Double {
        Self.percentileMs(latenciesUs, percent)
    }

    /// The same of the load generator's own delay.
    func delayMs(percent: Double) -> Double {
        Self.percentileMs(delaysUs, percent)
    }

    private static func percentileMs(_ valuesUs: [Int32], _ percent: Double) -> Double {
        guard !valuesUs.isEmpty else { return .nan }
        let sorted = valuesUs.sorted()
        let rank = (Double(sorted.count) * percent / 100).rounded(.up)
        return Double(sorted[min(sorted.count - 1, max(0, Int(rank) - 1))]) / 1000
    }
}
