import HTTPServer

/// Says in the log what the listener did to connections for want of something, now and then.
struct ConnectionLog {
    let counters: HTTPServerCounters
    let log: Log

    /// Until it is cancelled.
    func run() async {
        var known = Self.values(counters)
        while !Task.isCancelled {
            // Thrown only when cancelled, which ends the loop.
            try? await Task.sleep(for: AggregatorLimits.connectionLogPeriod)
            let values = Self.values(counters)
            defer { known = values }
            guard values.map(\.count) != known.map(\.count) else { continue }
            let fields = zip(values, known).map { LogField($0.name, $0.count - $1.count) }
            log.log(.warning, "connections.shed", fields)
        }
    }

    private static func values(
        _ counters: HTTPServerCounters
    ) -> [(name: StaticString, count: Int)] {
        [
            ("closedForRoom", counters.closedForRoom.value),
            ("closedOfAddress", counters.closedOfAddress.value),
            ("refused", counters.refused.value), ("closedLate", counters.closedLate.value),
            ("heldAnswers", counters.heldAnswers.value), ("ambiguous", counters.ambiguous.value),
        ]
    }
}
