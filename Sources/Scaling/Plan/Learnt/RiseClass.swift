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

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try archive.list(&weights)
        try archive.field(&total)
    }
}
