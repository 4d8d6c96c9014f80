import Telemetry

/// Turns the kernel's readings into what a window says of them: states as they are at its end,
/// counters by their growth within it.
struct WitnessMeter: Sendable {
    private var last: WitnessReading?
    private var overflows = Growth()
    private var drops = Growth()

    mutating func saw(_ reading: WitnessReading) {
        last = reading
        overflows.advance(to: reading.listenOverflows)
        drops.advance(to: reading.listenDrops)
    }

    /// What the window that ends now says; the next begins.
    mutating func take() -> WindowWitnesses? {
        guard let last else { return nil }
        let witnesses = WindowWitnesses(
            acceptQueue: last.acceptQueue, acceptQueueLimit: last.acceptQueueLimit,
            listenOverflows: overflows.take(), listenDrops: drops.take(), sockets: last.sockets,
            established: last.established, unread: last.unread, closing: last.closing)
        return witnesses == WindowWitnesses() ? nil : witnesses
    }

    /// The growth of a counter that begins anywhere; unknown until it was read twice.
    private struct Growth: Sendable {
        private var last: UInt64?
        private var sum: UInt64?

        mutating func advance(to value: UInt64?) {
            guard let value else { return }
            // One that ran backwards began again.
            if let last { sum = (sum ?? 0) + (value >= last ? value - last : value) }
            last = value
        }

        mutating func take() -> UInt64? {
            defer { if sum != nil { sum = 0 } }
            return sum
        }
    }
}
