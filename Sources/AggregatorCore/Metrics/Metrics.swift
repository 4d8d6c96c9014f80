import HTTPServer

/// Every number that the aggregator counts besides those of its services.
package final class Metrics: Sendable {
    package let ingest = IngestCounters()
    package let calls = CallCounters()
    /// Seconds from the report that first asked for a change until ECS took it.
    package let reaction = Histogram(
        bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

    package let shedder: LoadShedder
    package let listener: HTTPServerCounters
    package let output: Output

    package init(shedder: LoadShedder, listener: HTTPServerCounters, output: Output) {
        self.shedder = shedder
        self.listener = listener
        self.output = output
    }
}
