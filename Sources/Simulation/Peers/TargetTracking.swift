/// Target tracking of ECS (Application Auto Scaling on CloudWatch alarms).
///
/// Out after 3 of 3 datapoints above the target, to ceil(running × value ÷ target); in after 15
/// minutes of datapoints below 90 % of it, gradually. A datapoint is told late, so that a jump of
/// the load is acted on after 363 s with metrics of 60 s and after 86 s with those of 20 s, as AWS
/// published in June 2026.
package struct TargetTracking: Autoscaler {
    /// A datapoint of the metric, and the tasks that ran meanwhile: a count is computed from what
    /// belongs together, or late metrics would scale out over and over.
    private struct Point: Sendable {
        let toldAt: Double
        let value: Double
        let running: Double
    }

    package let name: String
    private let signal: PeerSignal
    private let target: Double
    private let period: Double
    private let delay: Double
    private let cooldownIn = 300.0
    /// Datapoints not yet told, oldest first.
    private var underway: [Point] = []
    private var sum = 0.0
    private var runningSum = 0.0
    private var steps = 0
    private var nextPoint: Double
    private var above = 0
    private var below = 0
    private var lastOut = -1e9
    private var lastIn = -1e9
    private var current = 0

    /// Metrics of 60 s, or of 20 s.
    package init(periodSeconds: Double, signal: PeerSignal, target: Double) {
        name = "ecs-\(Int(periodSeconds))s"
        self.signal = signal
        self.target = target
        period = periodSeconds
        delay = periodSeconds < 60 ? 35.5 : 212.5
        nextPoint = periodSeconds
    }

    package mutating func desired(after observation: Observation) -> Int {
        if current == 0 { current = observation.desired }
        sum += signal.total(observation) / Double(max(1, observation.running))
        runningSum += Double(observation.running)
        steps += 1
        if observation.second + 1e-9 >= nextPoint {
            underway.append(
                Point(
                    toldAt: observation.second + delay, value: sum / Double(steps),
                    running: runningSum / Double(steps)))
            sum = 0
            runningSum = 0
            steps = 0
            nextPoint += period
        }
        while let point = underway.first, point.toldAt <= observation.second + 1e-9 {
            underway.removeFirst()
            evaluate(point, second: observation.second)
        }
        return current
    }

    private mutating func evaluate(_ point: Point, second: Double) {
        let value = point.value
        above = value > target ? above + 1 : 0
        below = value < target * 0.9 ? below + 1 : 0
        let wanted = Int((point.running * value / target).rounded(.up))
        if above >= 3 {
            // The cooldown counts what the last scale-out added; only a larger one is made in it.
            if wanted > current {
                current = wanted
                lastOut = second
            }
        } else if Double(below) * period >= 900, second - lastIn >= cooldownIn,
            second - lastOut >= cooldownIn
        {
            let gradual = current - max(1, current / 10)
            if max(wanted, gradual) < current {
                current = max(wanted, gradual)
                lastIn = second
            }
        }
    }
}
