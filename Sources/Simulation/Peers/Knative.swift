/// Knative's autoscaler: knative/serving, pkg/autoscaler/scaling/autoscaler.go.
///
/// Decides every 2 s on one-second scrapes: the mean over a stable window of 60 s and a panic
/// window of 6 s; panics when the latter asks for at least twice what is ready, and then never goes
/// down until a stable window after the last such tick. Clamped to ready × 1000 and ready ÷ 2.
package struct Knative: Autoscaler {
    package let name: String
    private let signal: PeerSignal
    private let target: Double
    private var stable: TimeWindow
    private var panic: TimeWindow
    private var panicUntil: Double?
    private var panicPods = 0
    private var nextTick = 0.0
    private var current = 0

    /// `target` is what one task should have, after Knative's own utilization of 70 %.
    package init(signal: PeerSignal, target: Double) {
        name = "knative"
        self.signal = signal
        self.target = target
        stable = TimeWindow(seconds: 60)
        panic = TimeWindow(seconds: 6)
    }

    package mutating func desired(after observation: Observation) -> Int {
        if current == 0 {
            current = observation.desired
            // "We always start in the panic mode" when more than one pod is ready.
            if observation.running > 1 {
                panicUntil = observation.second + 60
                panicPods = observation.running
            }
        }
        let value = signal.total(observation)
        stable.insert(value, at: observation.second)
        panic.insert(value, at: observation.second)
        guard observation.second + 1e-9 >= nextTick else { return current }
        nextTick = observation.second + 2
        current = decide(observation)
        return current
    }

    private mutating func decide(_ observation: Observation) -> Int {
        let ready = max(1, observation.running)
        let most = Int((1000 * Double(ready)).rounded(.up))
        let least = ready / 2
        let stablePods = min(max(Int((stable.mean / target).rounded(.up)), least), most)
        let panicDesired = min(max(Int((panic.mean / target).rounded(.up)), least), most)
        let isOver = Double(Int((panic.mean / target).rounded(.up))) / Double(ready) >= 2
        if isOver {
            if panicUntil == nil { panicPods = 0 }
            panicUntil = observation.second + 60
        } else if let until = panicUntil, observation.second > until {
            panicUntil = nil
            panicPods = 0
        }
        guard panicUntil != nil else { return stablePods }
        panicPods = max(panicPods, panicDesired)
        return panicPods
    }
}
