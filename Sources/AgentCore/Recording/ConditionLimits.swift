/// Where `ConditionTracker` draws its lines.
enum ConditionLimits {
    /// Without a good answer for longer, nginx is silent; never less than three samples.
    static let silent = Duration.milliseconds(300)
    static let silentSamples: Int64 = 3
    /// An answer that took longer is a sign; a healthy nginx takes less than one millisecond.
    static let late = Duration.milliseconds(100)
    /// How long a sign must hold that a single moment can show.
    static let persistence = Duration.milliseconds(300)
    /// How long signs are gone until a saturated task is another.
    static let hysteresis = Duration.seconds(2)
    /// How long nginx fails until it is down, not only unknown.
    static let downAfter = Duration.seconds(1)
    /// How long drops and drained queues are remembered.
    static let memory = Duration.seconds(1)
    /// Requests waiting in the kernel that are a crowd, when more than nginx itself counts.
    static let crowd = 8
    /// So few waiting are nobody: a client that left, a health check.
    static let nobody = 2
    /// Arrivals in a silence are more load than usual beyond so many times the usual, and so many.
    static let surgeFactor = 3.0
    static let surgeMin = 16.0
    /// Statistics of the task are believed this long; they come once a second.
    static let usageLife = Duration.seconds(3)
    static let fullPercent = 85.0
    static let throttledPercent = 50.0
    /// While something is wrong the kernel is asked this often, at 0.2 ms each.
    static let lookInterval = Duration.milliseconds(100)
}
