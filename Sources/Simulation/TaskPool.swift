/// The tasks of a simulated service: those that run, oldest first, and those that start.
struct TaskPool: Sendable {
    /// When each running task was ordered; a queue.
    private var orderedAt: [Double]
    private var head = 0
    private var starting = StartQueue()

    init(running: Int) {
        orderedAt = [Double](repeating: 0, count: running)
    }

    var running: Int { orderedAt.count - head }
    var desired: Int { running + starting.count }

    mutating func start(at second: Double, readyAt: Double) {
        starting.insert(StartQueue.Start(orderedAt: second, readyAt: readyAt))
    }

    mutating func advance(to second: Double) {
        while let start = starting.popReady(by: second) { orderedAt.append(start.orderedAt) }
    }

    /// Stops a task that still starts, the newest, else the oldest that runs; when it was ordered,
    /// 0 for those that ran at first.
    mutating func stopOne() -> Double {
        if let start = starting.popNewest() { return start.orderedAt }
        let ordered = orderedAt[head]
        head += 1
        if head > 4_096 && head * 2 > orderedAt.count {
            orderedAt.removeFirst(head)
            head = 0
        }
        return ordered
    }
}

/// When the next launch comes: a burst at once, then one after another.
///
/// Virtual scheduling, as in the generic cell rate algorithm (ITU-T I.371).
struct LaunchQueue: Sendable {
    private let burst: Double
    private let interval: Double
    private var theoretical = -Double.infinity

    init(burst: Double, perSecond: Double) {
        self.burst = burst
        interval = 1 / perSecond
    }

    mutating func next(after second: Double) -> Double {
        theoretical = max(theoretical + interval, second - (burst - 1) * interval)
        return max(second, theoretical)
    }
}

/// Tasks on their way, sorted by when they will be ready, the soonest last.
struct StartQueue: Sendable {
    struct Start: Sendable {
        var orderedAt: Double
        var readyAt: Double
    }

    private var starts: [Start] = []

    var count: Int { starts.count }

    mutating func insert(_ start: Start) {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle].readyAt > start.readyAt { low = middle + 1 } else { high = middle }
        }
        starts.insert(start, at: low)
    }

    mutating func popReady(by second: Double) -> Start? {
        guard let next = starts.last, next.readyAt <= second else { return nil }
        starts.removeLast()
        return next
    }

    mutating func popNewest() -> Start? {
        guard !starts.isEmpty else { return nil }
        return starts.removeFirst()
    }
}

/// Waiting times on a logarithmic scale, for a percentile.
struct WaitHistogram: Sendable {
    private static let perOctave = 8
    private static let smallest = 0.001
    private var counts = [Double](repeating: 0, count: 200)
    private var total = 0.0

    mutating func insert(_ wait: Double, count: Double) {
        total += count
        counts[Self.bin(wait)] += count
    }

    /// The upper edge of the bin in which that share of the waits is reached; 0 for none.
    func quantile(_ share: Double) -> Double {
        var sum = 0.0
        for (index, count) in counts.enumerated() {
            sum += count
            if sum >= share * total { return index == 0 ? 0 : Self.edge(index) }
        }
        return Self.edge(counts.count - 1)
    }

    private static func bin(_ wait: Double) -> Int {
        guard wait > smallest else { return 0 }
        let octaves = Double((wait / smallest).exponent)
        let rest = (wait / smallest).significand - 1
        return min(199, 1 + Int((octaves + rest) * Double(perOctave)))
    }

    private static func edge(_ index: Int) -> Double {
        let octave = index / perOctave
        let rest = Double(index % perOctave) / Double(perOctave)
        return smallest * Double(sign: .plus, exponent: octave, significand: 1 + rest)
    }
}
