/// A mean over a window of time, one value a step; O(1) a value.
struct TimeWindow: Sendable {
    private let seconds: Double
    private var values: [(at: Double, value: Double)] = []
    private var head = 0
    private var sum = 0.0

    init(seconds: Double) {
        self.seconds = seconds
    }

    var mean: Double {
        let count = values.count - head
        return count > 0 ? max(0, sum) / Double(count) : 0
    }

    mutating func insert(_ value: Double, at second: Double) {
        values.append((second, value))
        sum += value
        while values[head].at <= second - seconds + 1e-9 {
            sum -= values[head].value
            head += 1
        }
        if head > 1_024 && head * 2 > values.count {
            values.removeFirst(head)
            head = 0
            // Rounding errors of the running sum end here.
            sum = values.reduce(0) { $0 + $1.value }
        }
    }
}
