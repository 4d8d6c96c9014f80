/// A dictionary that forgets the oldest entry when it is full.
struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let countMax: Int
    private var values: [Key: Value] = [:]
    /// The keys as they came, a ring once it is full; `next` is the oldest.
    private var order: [Key] = []
    private var next = 0

    init(countMax: Int) {
        self.countMax = countMax
    }

    var count: Int { values.count }

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            guard let newValue else {
                preconditionFailure("entries leave when they are the oldest")
            }
            guard values.updateValue(newValue, forKey: key) == nil else { return }
            if order.count < countMax {
                order.append(key)
            } else {
                values[order[next]] = nil
                order[next] = key
                next = (next + 1) % countMax
            }
        }
    }
}
