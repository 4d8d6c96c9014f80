/// What came of a run of the load generator.
struct LoadResult {
    /// Answers by status.
    var statuses: [Int: Int] = [:]
    /// Requests without an answer, since the server closed the connection.
    var lost = 0
    /// From when each request was due to its whole answer, in microseconds; paced runs only.
    var latenciesUs: [Int32] = []
    var seconds = 0.0

    var answers: Int { statuses.values.reduce(0, +) }
    /// Answers with a status of success.
    var taken: Int { statuses.filter { (200...299).contains($0.key) }.values.reduce(0, +) }

    /// The latency that `percent` of the requests do not exceed, in milliseconds.
    func latencyMs(percent: Double) -> Double {
        guard !latenciesUs.isEmpty else { return .nan }
        let sorted = latenciesUs.sorted()
        let rank = (Double(sorted.count) * percent / 100).rounded(.up)
        return Double(sorted[min(sorted.count - 1, max(0, Int(rank) - 1))]) / 1000
    }
}
