import Glibc

/// A service as a queue with `running × concurrency` places, in steps of time.
///
/// Work arrives, what does not fit waits, tasks come after their start-up time. One queue for the
/// whole service stands for the queues in each task's nginx, which holds what its backend does not
/// take, up to its limit: a request that waits counts as busy, as nginx counts it. Where balancing
/// is uneven, some tasks are full while others have room; what waits for that is balanced anew in
/// the next step. Idle keep-alive connections show in `active` only. Steps may be shorter than a
/// second. A fluid model: a day of one-second steps takes a fraction of a second. The count of
/// requests in the tasks follows Little's law.
package struct FluidService: Sendable {
    private let model: ServiceModel
    private let step: Double
    private var dice: Dice
    private(set) var tasks: TaskPool
    /// Work that waits, in task-seconds.
    private var queue = 0.0
    private var waits = WaitHistogram()
    private(set) var outcome = Outcome()
    private var launches: LaunchQueue

    init(model: ServiceModel, stepSeconds: Double, initialTasks: Int, seed: UInt64) {
        self.model = model
        step = stepSeconds
        dice = Dice(seed: seed)
        tasks = TaskPool(running: initialTasks)
        launches = LaunchQueue(burst: model.launchBurst, perSecond: model.launchesPerSecond)
    }

    /// Serves a step that ends at `second`, and says what was seen.
    mutating func advance(arrivals: Double, work: Double, second: Double) -> Observation {
        tasks.advance(to: second)
        let running = Double(tasks.running)
        let slowness = slowness(work / step, running)
        let arrived = work * slowness
        let capacity = running * step
        let total = queue + arrived
        let served = served(total, capacity: capacity)
        note(arrivals: arrivals, arrived: arrived, capacity: capacity, served: served)
        queue = total - served
        refuse(
            beyond: running * model.queuePerTask, workPerRequest: model.workPerRequest * slowness)
        let busy =
            (served / step + queue / (model.serviceSeconds * slowness)) * model.concurrency
        return Observation(
            second: second, stepSeconds: step, requestsPerSecond: arrivals / step, busy: busy,
            tasksInUse: served / step,
            active: busy + running * model.idleConnectionsPerTask, running: tasks.running,
            desired: tasks.desired)
    }

    /// What the tasks serve of `total`, when the load of each is normally distributed about the
    /// mean.
    private func served(_ total: Double, capacity: Double) -> Double {
        let deviation = model.imbalance * total
        guard deviation > 0, capacity > 0 else { return min(total, capacity) }
        let distance = (total - capacity) / deviation
        let density = exp(-distance * distance / 2) / (2 * Double.pi).squareRoot()
        let share = (1 + erf(distance / 2.0.squareRoot())) / 2
        let beyond = deviation * density + (total - capacity) * share
        return min(total, capacity, max(0, total - beyond))
    }

    private mutating func refuse(beyond requests: Double, workPerRequest: Double) {
        let most = requests * workPerRequest
        guard queue > most else { return }
        outcome.refusedRequests += (queue - most) / workPerRequest
        queue = most
    }

    /// A task that is full serves more slowly, when the model says so.
    private func slowness(_ demand: Double, _ running: Double) -> Double {
        guard model.slowdown > 0, running > 0 else { return 1 }
        return 1 + model.slowdown * min(1, demand / running)
    }

    private mutating func note(
        arrivals: Double, arrived: Double, capacity: Double, served: Double
    ) {
        outcome.seconds += step
        outcome.requests += arrivals
        let total = queue + arrived
        if total > capacity + 1e-9 {
            outcome.overloadedSeconds += step
            let late =
                queue > 0 || capacity <= 0 ? 1 : (arrived - capacity) / max(arrived, 1e-9)
            outcome.delayedRequests += arrivals * late
        } else if total > served, arrived > 0 {
            outcome.delayedRequests += arrivals * min(1, (total - served) / arrived)
        }
        let wait = capacity > 0 ? max(0, total - capacity) / capacity * step : step
        waits.insert(wait, count: arrivals)
        outcome.waitMeanSeconds += wait * arrivals
    }

    /// Sets the desired count: starts tasks, or stops some.
    mutating func set(desired: Int, second: Double) {
        let bounded = min(max(desired, model.minTasks), model.maxTasks)
        guard bounded != tasks.desired else { return }
        outcome.changes += 1
        let (common, own) = startDeviations()
        while tasks.desired < bounded {
            outcome.starts += 1
            let delay = dice.logNormal(
                median: model.startMedianSeconds, sigma: own, within: model.startRangeSeconds,
                common: common)
            tasks.start(at: second, readyAt: launches.next(after: second) + delay)
        }
        while tasks.desired > bounded {
            let ordered = tasks.stopOne()
            if ordered > 0, second - ordered < Outcome.briefSeconds { outcome.briefStarts += 1 }
            outcome.taskSeconds += max(model.billedSecondsMin, second - ordered)
        }
        outcome.runningMax = max(outcome.runningMax, tasks.running)
        outcome.desiredMax = max(outcome.desiredMax, tasks.desired)
    }

    /// What the tasks of an order have in common, and the deviation that each has of its own.
    private mutating func startDeviations() -> (common: Double, own: Double) {
        guard model.startCorrelation > 0 else { return (0, model.startSigma) }
        let common = dice.normal() * model.startSigma * model.startCorrelation.squareRoot()
        return (common, model.startSigma * (1 - model.startCorrelation).squareRoot())
    }

    /// What it came to if all tasks stopped now; it goes on as if nobody had asked.
    func finish(second: Double) -> Outcome {
        var (tasks, outcome) = (tasks, outcome)
        while tasks.desired > 0 {
            outcome.taskSeconds += max(model.billedSecondsMin, second - tasks.stopOne())
        }
        outcome.waitP99Seconds = waits.quantile(0.99)
        outcome.waitMeanSeconds /= max(1, outcome.requests)
        return outcome
    }
}
