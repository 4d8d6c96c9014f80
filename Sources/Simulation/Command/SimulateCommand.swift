import Scaling

/// `aggregator simulate`: a policy over a trace, and the others beside it; files are the caller's.
package struct SimulateCommand {
    private let options: SimulateOptions
    private let policy: ScalingPolicy
    private let model: ServiceModel
    private let progress: (String) -> Void
    private let note: (String) -> Void

    /// One line of the result.
    package struct Entry: Sendable {
        package var name: String
        package var note: String
        package var outcome: Outcome
        /// `nil` where the trace is not longer.
        package var firstHour: Outcome?
        package var samples: [Sample]
    }

    package struct Result: Sendable {
        package var workload: String
        package var seconds: Double
        package var entries: [Entry]
        /// What ours learnt, to begin from.
        package var knowledge: [UInt8] = []
    }

    /// `progress` is given words for a person in long runs, `note` a warning about the trace.
    package init(
        _ options: SimulateOptions, policy: ScalingPolicy?, progress: @escaping (String) -> Void,
        note: @escaping (String) -> Void = { _ in }
    ) {
        self.options = options
        self.note = note
        self.policy = policy ?? Self.defaultPolicy
        model = Self.model(self.policy, options)
        self.progress = progress
    }

    /// Ten requests at once a task, our defaults, and scale-in.
    package static let defaultPolicy: ScalingPolicy = {
        var policy = ScalingPolicy(
            maxTasks: 5_000, rule: .target([TargetMetric(metric: .busy, value: 10)]))
        policy.scaleIn.enabled = true
        return policy
    }()

    /// A service in which a task is full at the policy's target.
    static func model(_ policy: ScalingPolicy, _ options: SimulateOptions) -> ServiceModel {
        var model = ServiceModel()
        model.serviceSeconds = options.serviceTimeMs / 1000
        model.queuePerTask = options.queuePerTask
        model.imbalance = options.imbalancePercent / 100
        model.idleConnectionsPerTask = options.idleConnectionsPerTask
        model.minTasks = max(1, policy.minTasks)
        model.maxTasks = policy.maxTasks
        switch policy.rule {
        case .target(let targets):
            for target in targets {
                switch target.metric {
                case .busy, .active: model.concurrency = target.value
                case .requestsPerSecond:
                    model.concurrency = max(0.1, target.value * model.serviceSeconds)
                case .timeInService: model.serviceSeconds = target.value / 1000
                case .cpu, .memory: break
                }
            }
        case .steps(let steps): model.concurrency = steps.steps[0].threshold
        }
        if let concurrency = options.concurrency { model.concurrency = concurrency }
        return model
    }

    /// `text` is the trace's file; `nil` for a built-in one.
    package func run(text: String?) throws(TraceError) -> Result {
        let workload = try workload(text)
        let peak = max(1, Double(workload.work.max() ?? 1))
        let (ours, knowledge) = ours(workload)
        var entries = [ours]
        if options.compares {
            let hours = entries[0].outcome.taskHours
            for peer in Peer.allCases {
                progress("simulating \(peer.rawValue)")
                entries.append(entry(peer, hours: hours, workload, peakTasks: peak))
            }
            progress("simulating the oracle")
            entries.append(oracle(entries[0].outcome.overloadedSeconds, workload))
        }
        return Result(
            workload: workload.name, seconds: workload.seconds, entries: entries,
            knowledge: knowledge)
    }

    private func workload(_ text: String?) throws(TraceError) -> Workload {
        var trace: Trace
        if let text {
            let content = try TraceReader.read(
                text, name: options.trace, service: options.service,
                perSeconds: options.perSeconds)
            trace = content.trace
            if let note = content.note { self.note(note) }
            if content.isInTasks { trace = trace.scaled(by: model.requestsPerSecondPerTask) }
        } else if let builtIn = BuiltInTrace(rawValue: options.trace) {
            trace = builtIn.trace.scaled(
                toPeakTasks: min(50, Double(policy.maxTasks) * 0.7), model: model)
        } else {
            throw TraceError(line: 0, problem: "\(options.trace) is no built-in trace")
        }
        if let peak = options.peakTasks {
            trace = trace.scaled(toPeakTasks: peak, model: model)
        } else {
            trace = trace.scaled(by: options.scale)
        }
        let steps = max(1, Int((1_000 / options.stepMs).rounded()))
        return Workload(
            name: trace.name, ratePerSecond: trace.rates, stepsPerSecond: steps, model: model,
            seed: options.seed)
    }

    private func ours(_ workload: Workload) -> (Entry, knowledge: [UInt8]) {
        let result = Run.run(
            OurScaler(policy: policy), on: workload, model: model, seed: Run.startSeed,
            samplesMax: Self.samplesMax
        ) { share in
            progress("simulating ours: \(Int(share * 100)) %")
        }
        let note = policy.scaleIn.enabled ? "" : "scale-in is disabled"
        let entry = Entry(
            name: "ours", note: note, outcome: result.outcome, firstHour: result.firstHour,
            samples: result.samples)
        return (entry, result.policy.knowledge(unixMs: options.endUnixMs))
    }

    static let samplesMax = 900

    /// The better of its metrics, tuned to spend what we spend.
    private func entry(
        _ peer: Peer, hours: Double, _ workload: Workload, peakTasks: Double
    ) -> Entry {
        let results = peer.signals.map {
            PeerTuning.match(
                peer, $0, taskHours: hours, on: workload, model: model, peakTasks: peakTasks)
        }
        let fitting = results.filter { $0.spends(hours) }
        let best = (fitting.isEmpty ? results : fitting).min {
            $0.outcome.overloadedSeconds < $1.outcome.overloadedSeconds
        }
        guard let best else { preconditionFailure("every peer has a signal") }
        let run = peer.run(
            best.signal, utilization: best.utilization, on: workload, model: model,
            peakTasks: peakTasks, samplesMax: Self.samplesMax)
        var note = "its own counts"
        if peer.hasKnob {
            note = "\(best.signal.rawValue) at \(Int((best.utilization * 100).rounded())) %"
            if !best.spends(hours) { note += ", cannot spend the same" }
        }
        return Entry(
            name: peer.rawValue, note: note, outcome: run.outcome, firstHour: run.firstHour,
            samples: run.samples)
    }

    private func oracle(_ overloadedSeconds: Double, _ workload: Workload) -> Entry {
        let found = PeerTuning.oracle(
            overloadedSeconds: overloadedSeconds, on: workload, model: model)
        let run = Oracle.run(
            workload, model: model, windowSeconds: found.windowSeconds, safety: found.safety,
            samplesMax: Self.samplesMax)
        return Entry(
            name: "oracle", note: "knows the future", outcome: run.outcome,
            firstHour: run.firstHour, samples: run.samples)
    }
}
