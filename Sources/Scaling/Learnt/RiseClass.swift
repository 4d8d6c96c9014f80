/// By how much demand rose, in classes of the ratio; the first is no rise to speak of.
struct RiseClass: Sendable {
    private static let edges = [
        1.0, 1.15, 1.3, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.3, 3.6, 4, 4.4, 4.8, 5.3, 5.8, 6.5, 7.5,
        9, 12,
    ]
    static let count = edges.count - 1
    /// All but the first, smallest first.
    static let rises = (1..<count).map { RiseClass(index: $0) }

    let index: Int

    init(index: Int) {
        self.index = index
    }

    init(ratio: Double) {
        let above = Self.edges.firstIndex { $0 > ratio } ?? Self.count
        index = max(0, min(above - 1, Self.count - 1))
    }

    /// What covers every rise of the class.
    var upperRatio: Double { Self.edges[index + 1] }
}

/// How often demand rose by how much; a share is a weight of the total.
struct RiseShares: Sendable {
    private(set) var weights = [Double](repeating: 0, count: RiseClass.count)
    private(set) var total = 0.0

    /// Counts one more; those before fade.
    mutating func insert(_ rise: RiseClass, fade: Double) {
        for index in weights.indices { weights[index] *= fade }
        total *= fade
        insert(rise, weight: 1)
    }

    mutating func insert(_ rise: RiseClass, weight: Double) {
        weights[rise.index] += weight
        total += weight
    }
}

/// The rises of the last days, a byte for each bin.
struct RiseLog: Sendable {
    private static let days = 8

    private let binsADay: Int
    private var classes: [UInt8]
    private var begin: Int?
    private var end = 0

    init(binsADay: Int) {
        self.binsADay = binsADay
        classes = [UInt8](repeating: 0, count: Self.days * binsADay)
    }

    /// Bins that were left out since the last count as no rise.
    mutating func note(_ rise: RiseClass, bin: Int) {
        if begin == nil || bin - end > classes.count { (begin, end) = (bin, bin) }
        while end < bin {
            classes[end % classes.count] = 0
            end += 1
        }
        classes[bin % classes.count] = UInt8(rise.index)
        end = bin + 1
    }

    /// What there was at that moment of the days before, and half as much right beside it: timers are
    /// not on the second.
    func shares(before bin: Int) -> RiseShares {
        var shares = RiseShares()
        guard let begin else { return shares }
        let oldest = max(begin, end - classes.count)
        for day in 1...Self.days {
            let fade = exp2(-Double(day) / Tuning.seasonHalfLifeDays)
            for (beside, weight) in [(-1, Tuning.seasonNear), (0, 1), (1, Tuning.seasonNear)] {
                let past = bin - day * binsADay + beside
                guard past >= oldest, past < end else { continue }
                let rise = RiseClass(index: Int(classes[past % classes.count]))
                shares.insert(rise, weight: weight * fade)
            }
        }
        return shares
    }
}
