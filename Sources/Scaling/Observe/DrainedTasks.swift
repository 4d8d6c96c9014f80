import Values

/// Tasks that said they drain, remembered for `Limits.drainedFor` so that a report of the same
/// boot that comes late does not bring them back.
struct DrainedTasks: Sendable {
    private struct Entry: Sendable {
        let arn: String
        let at: Instant
    }

    private var boots: [String: UInt64] = [:]
    private var queue: [Entry] = []
    private var head = 0

    func contains(_ arn: String, boot: UInt64) -> Bool {
        boots[arn] == boot
    }

    mutating func insert(_ arn: String, boot: UInt64, now: Instant) {
        trim(now: now)
        if boots.updateValue(boot, forKey: arn) == nil { queue.append(Entry(arn: arn, at: now)) }
    }

    private mutating func trim(now: Instant) {
        while head < queue.count,
            now - queue[head].at > Limits.drainedFor || boots.count >= Limits.drainedMax
        {
            boots[queue[head].arn] = nil
            head += 1
        }
        if head > 1_000 && head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
    }
}
