import Scaling
import Testing

@testable import Simulation

@Suite("The simulated service")
struct SimulatorTests {
    private func model(_ change: (inout ServiceModel) -> Void = { _ in }) -> ServiceModel {
        var model = ServiceModel()
        change(&model)
        return model
    }

    /// A policy that wants the same, always.
    private struct Constant: Autoscaler {
        let name = "constant"
        let count: Int

        func desired(after observation: Observation) -> Int { count }
    }

    private func workload(
        _ trace: BuiltInTrace, peak: Double, _ model: ServiceModel, seed: UInt64 = 1
    ) -> Workload {
        Workload(
            name: trace.rawValue,
            ratePerSecond: trace.trace.scaled(toPeakTasks: peak, model: model).rates,
            model: model, seed: seed)
    }

    private func ours(_ workload: Workload, _ model: ServiceModel) -> Outcome {
        var policy = SimulateCommand.defaultPolicy
        policy.maxTasks = model.maxTasks
        return Run.run(OurScaler(policy: policy), on: workload, model: model, seed: 1).outcome
    }

    @Test("The same seed gives the same run, another one another")
    func deterministic() {
        let model = model()
        func run(_ seed: UInt64) -> Outcome {
            ours(workload(.step, peak: 20, model, seed: seed), model)
        }
        #expect(run(1) == run(1))
        #expect(run(1) != run(2))
    }

    @Test("Twice the load of the tasks overloads every second, and nearly all requests wait")
    func overload() {
        let model = model()
        let rates = [Float](repeating: Float(20 * model.requestsPerSecondPerTask), count: 300)
        let workload = Workload(name: "full", ratePerSecond: rates, model: model, seed: 1)
        let outcome = Run.run(Constant(count: 10), on: workload, model: model, seed: 1).outcome
        #expect(outcome.overloadedSeconds >= 298)
        #expect(outcome.waitP99Seconds > 200)
        #expect(outcome.delayedShare > 0.98)
    }

    @Test("Requests in the tasks follow Little's law")
    func littlesLaw() {
        var service = FluidService(model: model(), stepSeconds: 1, initialTasks: 10, seed: 1)
        // 100 a second for 0.2 s each.
        let calm = service.advance(arrivals: 100, work: 2, second: 1)
        #expect(abs(calm.busy - 20) < 1e-9)
        // 1,000 a second are worth 20 tasks; 10 serve 100 at once, and 500 wait.
        let full = service.advance(arrivals: 1_000, work: 20, second: 2)
        #expect(abs(full.busy - 600) < 1e-9)
        #expect(full.tasksInUse == 10)
    }

    @Test("A task is billed from its order, at least a minute")
    func billing() {
        let model = model { $0.minTasks = 0 }
        var service = FluidService(model: model, stepSeconds: 1, initialTasks: 0, seed: 1)
        service.set(desired: 2, second: 0)
        service.set(desired: 1, second: 10)
        #expect(service.finish(second: 200).taskSeconds == 260)
    }

    @Test("Tasks serve after their start-up time")
    func startUp() {
        let model = model { $0.startRangeSeconds = 40...50 }
        var service = FluidService(model: model, stepSeconds: 1, initialTasks: 1, seed: 1)
        service.set(desired: 5, second: 0)
        #expect(service.advance(arrivals: 0, work: 0, second: 39).running == 1)
        #expect(service.advance(arrivals: 0, work: 0, second: 50).running == 5)
    }

    @Test("The oracle is never late, and pays for its starts")
    func oracle() {
        let model = model()
        let workload = workload(.flashCrowd, peak: 50, model)
        let run = Oracle.run(workload, model: model, windowSeconds: 1, safety: 0)
        #expect(run.outcome.overloadedSeconds <= 1)
        #expect(run.outcome.taskSeconds > workload.workSeconds)
    }

    @Test("Gaps shorter than a start are filled, longer ones not")
    func closing() {
        let values: [Int32] = [3, 1, 1, 3, 1, 1, 1, 1, 1, 3]
        #expect(Oracle.closed(values, width: 3) == [3, 3, 3, 3, 1, 1, 1, 1, 1, 3])
    }

    @Test("A peer is tuned to our task-hours", arguments: [Peer.hpa, .knative, .ecs60])
    func tuning(peer: Peer) {
        let model = model()
        let workload = workload(.diurnal, peak: 20, model)
        let hours = workload.workSeconds / 3600 * 1.3
        let found = PeerTuning.match(
            peer, .requestsPerSecond, taskHours: hours, on: workload, model: model, peakTasks: 20)
        #expect(found.spends(hours))
    }

    @Test("Service that slows under load does not run away")
    func slowdown() {
        let model = model {
            $0.slowdown = 1
            $0.maxTasks = 2_000
        }
        let outcome = ours(workload(.step, peak: 30, model), model)
        #expect(outcome.runningMax < 400)
        #expect(outcome.overloadedSeconds < 600)
    }

    @Test("With steps of a tenth of a second a jump is ordered within half a second")
    func shortSteps() {
        let model = model()
        let rates = (0..<1_200).map { step in
            Float((step < 600 ? 4 : 80) * model.requestsPerSecondPerTask)
        }
        let workload = Workload(
            name: "jump", ratePerSecond: rates, stepSeconds: 0.1, model: model, seed: 1)
        var policy = SimulateCommand.defaultPolicy
        policy.maxTasks = model.maxTasks
        let run = Run.run(
            OurScaler(policy: policy), on: workload, model: model, seed: 1, samplesMax: 1_200)
        let raised = run.samples.first { $0.desired > 20 }
        #expect(raised.map { $0.second <= 60.5 + 1e-6 } == true)
        #expect(run.samples.prefix(600).allSatisfy { $0.desired <= 12 })
    }

    @Test("What a task's nginx has no room for is refused, and told")
    func refuses() {
        let model = model { $0.queuePerTask = 20 }
        let rates = [Float](repeating: Float(20 * model.requestsPerSecondPerTask), count: 300)
        let workload = Workload(name: "full", ratePerSecond: rates, model: model, seed: 1)
        let outcome = Run.run(Constant(count: 10), on: workload, model: model, seed: 1).outcome
        // Half of it is too much; 10 × 20 requests wait, 0.4 s at 500 a second.
        #expect(abs(outcome.refusedShare - 0.5) < 0.02)
        #expect(outcome.waitP99Seconds < 2)
    }

    @Test("Uneven balancing makes requests wait though the tasks would suffice")
    func imbalance() {
        let model = model { $0.imbalance = 0.2 }
        var service = FluidService(model: model, stepSeconds: 1, initialTasks: 10, seed: 1)
        // At 100 %, the tasks above the mean are short by 0.4 deviations of a task on the average.
        let full = service.advance(arrivals: 500, work: 10, second: 1)
        #expect(abs(full.tasksInUse - 9.2) < 0.01)
        #expect(service.outcome.delayedRequests > 30)
        var calm = FluidService(model: model, stepSeconds: 1, initialTasks: 20, seed: 1)
        #expect(abs(calm.advance(arrivals: 500, work: 10, second: 1).tasksInUse - 10) < 1e-4)
    }

    @Test("Tasks of one order that are slow together come together")
    func correlatedStarts() {
        /// By how much the first and the last of ten tasks differ.
        func spread(_ correlation: Double) -> Int {
            let model = model { $0.startCorrelation = correlation }
            var service = FluidService(model: model, stepSeconds: 1, initialTasks: 1, seed: 1)
            service.set(desired: 11, second: 0)
            let counts = (1...70).map {
                service.advance(arrivals: 0, work: 0, second: Double($0)).running
            }
            return counts.filter { $0 > 1 && $0 < 11 }.count
        }
        #expect(spread(0) >= 10)
        #expect(spread(1) == 0)
    }

    @Test(
        "Uneven balancing, starts that are slow together and a short queue upset no decision",
        arguments: [BuiltInTrace.step, .ramps, .sawtooth])
    func upset(trace: BuiltInTrace) {
        let plain = model()
        let hard = model {
            $0.imbalance = 0.3
            $0.startCorrelation = 0.8
            $0.queuePerTask = 200
        }
        let (calm, upset) = (
            ours(workload(trace, peak: 30, plain), plain),
            ours(workload(trace, peak: 30, hard), hard)
        )
        #expect(upset.runningMax < calm.runningMax * 9 / 5)
        #expect(upset.taskHours < calm.taskHours * 1.5)
        #expect(upset.overloadedSeconds < calm.overloadedSeconds * 2 + 120)
    }

    @Test("A tight max is kept")
    func tightMax() {
        let model = model { $0.maxTasks = 30 }
        #expect(ours(workload(.flashCrowd, peak: 50, model), model).runningMax <= 30)
    }
}
