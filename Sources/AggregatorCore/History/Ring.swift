/// The newest values, in order; what is older than the newest `countMax` is forgotten.
struct Ring<Element: Sendable>: Sendable {
    let countMax: Int
    private var values: [Element] = []
    /// The oldest, once it is full.
    private var first = 0

    init(countMax: Int) {
        precondition(countMax > 0, "a ring holds something")
        self.countMax = countMax
    }

    var count: Int { values.count }

    mutating func append(_ value: Element) {
        if values.count < countMax {
            values.append(value)
        } else {
            values[first] = value
            first = (first + 1) % countMax
        }
    }

    /// Oldest first.
    var all: [Element] { Array(values[first...] + values[..<first]) }

    var last: Element? {
        values.isEmpty ? nil : values[(first + values.count - 1) % values.count]
    }
}
