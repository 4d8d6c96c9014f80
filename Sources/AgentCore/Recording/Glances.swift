import Values

/// Says when to ask nginx, by a number that costs microseconds to read: the sockets in use.
///
/// A request that finds no idle connection brings sockets with it: one from its client, and both
/// ends of the one to the backend. So a surge shows in that number milliseconds after it begins,
/// long before the next sample is due. Under steady traffic the number swings too, and a sample
/// costs many times as much as a glance. So a rise counts only when it is twice what rose lately
/// from one sample to the next. After one that counts the surge unfolds: the next glances come
/// sooner, and nginx is asked again whenever the surge is half as large again.
///
/// Example: 200 sockets, which lately rose by up to 8 between two samples. 215 are nothing, and
/// wait for the sample that is due; 216 are asked about at once, then 224 and 236. A surge to any
/// size costs a few samples more, steady traffic next to none. Once it has unfolded, its rise of 36
/// is what is usual, and is forgotten within two seconds.
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
    /// The highest rise since, of which nginx was not asked.
    private var peak = 0.0
    /// By how much the surge has risen that unfolds.
    private var surge = 0.0

    /// A smaller rise is somebody's health check.
    private static let least = 6.0
    private static let factor = 2.0
    private static let unfoldingFactor = 0.5
    /// With each sample.
    private static let memory = 0.9

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
            if soon == nil { (usual, surge) = (max(usual, surge), 0) }
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
        let enough = soon == nil ? usual * Self.factor : surge * Self.unfoldingFactor
        let isSurge = rise >= max(Self.least, enough)
        guard turn == .sample || isSurge else {
            peak = max(peak, rise)
            return false
        }
        known = sockets
        if isSurge { soon = (now + AgentLimits.glanceFloor, now + AgentLimits.unfolding) }
        if soon == nil {
            usual = max(rise, peak, usual * Self.memory)
        } else {
            surge += rise
        }
        peak = 0
        return true
    }
}
