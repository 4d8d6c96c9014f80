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

    /// What there was at that moment of the days before, and, counting less, right beside it:
    /// timers are not on the second.
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

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        for index in classes.indices { try archive.field(&classes[index]) }
        var (isBegun, first) = (begin != nil, begin ?? 0)
        try archive.field(&isBegun)
        try archive.field(&first)
        begin = isBegun ? first : nil
        try archive.field(&end)
        guard end >= 0, first >= 0, classes.allSatisfy({ $0 < RiseClass.count }) else {
            throw .damaged
        }
    }
}
