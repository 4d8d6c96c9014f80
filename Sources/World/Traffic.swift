/// What arrives, and what waits, at one moment; the truth that invariants go by.
struct Traffic: Sendable {
    private let script: Script
    /// Requests a second, requests that wait for a place, and long-lived ones.
    private(set) var rate = 0.0
    private(set) var queue = 0.0
    private(set) var streams = 0.0
    private(set) var isStalled = false
    /// By how much longer a request takes now.
    private(set) var slowness = 1.0
    /// Tasks' worth of what arrives, without what waits.
    private(set) var work = 0.0
    /// The same, as far as anybody can know it: while requests wait, how long one takes shows only
    /// in how many leave full tasks, and a full task may serve twice its target at once.
    private(set) var knowable = 0.0
    private var slownessBefore = 1.0
    /// Requests in service, those that wait included.
    private(set) var busy = 0.0

    init(_ script: Script) {
        self.script = script
    }

    /// The rate at a moment that would keep `meanTasks` tasks on target.
    private var baseRate: Double {
        script.meanTasks * script.target / script.serviceSeconds
    }

    mutating func advance(
        to second: Double, by seconds: Double, serving: Int, on incidents: [Incident]
    ) {
        let phase = (second / 86_400).truncatingRemainder(dividingBy: 1)
        let wave = 1 - 8 * (phase - 0.5) * (phase - 0.5)
        var factor = 1 + script.swing * wave
        (slowness, streams, isStalled) = (1, 0, false)
        for incident in incidents where incident.isOn(second) {
            switch incident.kind {
            case .surge: factor *= incident.size
            case .vanish: factor *= incident.size
            case .slowdown: slowness *= incident.size
            case .streams: streams += incident.size * script.meanTasks * script.target
            case .streamsAlone:
                streams += incident.size * script.meanTasks * script.target
                factor = 0
            case .stall: isStalled = true
            default: break
            }
        }
        rate = baseRate * factor
        let taken = script.serviceSeconds * slowness
        let arriving = rate * taken
        work = (arriving + streams) / script.target
        serve(arriving: arriving, taken: taken, seconds: seconds, serving: serving)
        if queue == 0 { slownessBefore = slowness }
        let shown = min(slowness, max(slownessBefore, slowness / 2))
        knowable = (arriving * shown / slowness + streams) / script.target
    }

    /// A task serves twice its target at once, as a target is to leave room; the rest waits.
    private mutating func serve(
        arriving: Double, taken: Double, seconds: Double, serving: Int
    ) {
        let places = max(0, 2 * Double(serving) * script.target - streams)
        let leaves = isStalled ? 0 : places / max(taken, 1e-6)
        queue = max(0, queue + (rate - leaves) * seconds)
        // Clients give up: no queue is longer than half a minute of requests.
        queue = min(queue, rate * 30)
        let inside = queue > 0 ? places : min(arriving, places)
        busy = inside + streams + queue
    }
}
