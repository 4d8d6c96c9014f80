import Values

/// Says when to ask nginx, by a number that costs microseconds to read: the sockets in use.
///
/// A request that finds no idle connection brings sockets with it: one from its client, and both
/// ends of the one to the backend. So a surge shows in that number milliseconds after it begins,
/// long before the next sample is due. Under steady traffic the number swings too, and a sample
/// costs many times as much as a glance. So a rise counts only when it is twice what rose lately
/// from one sample to the next. After one that counts, the next glances come sooner: the surge
/// unfolds.
///
/// Example: 200 sockets, which lately rose by up to 12 between two samples. 220 are nothing, and
/// wait for the sample that is due; 224 are asked about at once. Then 24 is what is usual, and the
/// surge is asked about again at 272: a surge to any size costs a few samples more, steady traffic
/// none.
package struct Glances: Sendable {
    package enum Turn: Sendable {
        case glance
        case sample
    }

    private var glances: Beat
    /// At each so many glances.
    private var samples: Beat
    /// The next glance, and the end of these, while a surge unfolds.
    private var soon: (next: Instant, end: Instant)?
    /// The sockets when nginx was last asked; `nil` while nobody knows.
    private var known: Int?
    private var usual = 0.0

    /// A smaller rise is somebody's health check.
    private static let least = 6.0
    private static let factor = 2.0
    /// With each sample: a quarter is forgotten in a second of them.
    private static let memory = 0.98

    package init(sampleInterval: Duration, first: Instant) {
        let interval = sampleInterval.wholeNanoseconds
        let parts = max(1, interval / AgentLimits.glanceInterval.wholeNanoseconds)
        glances = Beat(interval: .nanoseconds(interval / parts), first: first)
        samples = Beat(interval: .nanoseconds(interval / parts * parts), first: first)
    }

    package var due: Instant { soon.map { min($0.next, glances.due) } ?? glances.due }

    /// Whose turn it is; `nil` before it is due.
    package mutating func take(now: Instant) -> Turn? {
        guard due <= now else { return nil }
        _ = glances.take(now: now)
        if let end = soon?.end {
            let next = now + AgentLimits.glanceFloor
            soon = next <= end ? (next, end) : nil
        }
        return samples.take(now: now) ? .sample : .glance
    }

    /// Whether nginx is asked now: its sample is due, or many more sockets are in use.
    package mutating func asks(_ sockets: Int?, _ turn: Turn, now: Instant) -> Bool {
        guard let sockets else {
            known = nil
            return turn == .sample
        }
        let rise = Double(max(0, sockets - (known ?? sockets)))
        let isSurge = rise >= max(Self.least, usual * Self.factor)
        guard turn == .sample || isSurge else { return false }
        usual = max(rise, usual * Self.memory)
        known = sockets
        if isSurge { soon = (now + AgentLimits.glanceFloor, now + AgentLimits.unfolding) }
        return true
    }
}
