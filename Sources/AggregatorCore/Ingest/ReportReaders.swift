import Platform
import Telemetry

/// A pool of readers: as many as there are reports being read at once, and no more are kept.
package final class ReportReaders: Sendable {
    /// Holds a reader; used by one thread at a time, which the pool sees to.
    ///
    /// Sendable by proof: a box is either in `idle`, reached only under its lock, or taken out of
    /// it by exactly one thread.
    private final class Box: @unchecked Sendable {
        let reader: ReportReader

        init() throws(ReportError) {
            reader = try ReportReader()
        }
    }

    private let idle = Lock<[Box]>([])

    package init() {}

    package func read(
        _ body: UnsafeRawBufferPointer, _ encoding: ReportReader.Encoding
    ) throws(ReportError) -> Report {
        let box: Box
        if let taken = idle.withLock({ $0.popLast() }) {
            box = taken
        } else {
            box = try Box()
        }
        defer {
            idle.withLock { idle in
                if idle.count < AggregatorLimits.readersKeptMax { idle.append(box) }
            }
        }
        return try box.reader.read(body, encoding)
    }
}
