import Scaling
import Writing

/// `aggregator recommend`: which settings would have served a recorded load better.
///
/// Each candidate meets the same load in the simulator. The one that is recommended costs least:
/// its task-seconds, and for each overloaded second as many as `caution` says, which is the price
/// that the operator set on it (that of `balanced` where none is set). For example, the load is
/// worth 10 tasks on average, and an overloaded second costs 7 × 10 task-seconds. Today's settings
/// take 310 task-hours and are overloaded for 40 s, together 310.8; `economy` takes 260 and 300 s,
/// together 265.8: `economy` it is.
///
/// The target stays: a log says what the load is worth in tasks, not what a task can bear.
package struct RecommendCommand {
    package struct Result: Sendable {
        /// Today's settings, then the candidates.
        package let table: SimulateCommand.Result
        package let best: ScalingPolicy
        package let bestIndex: Int
    }

    private let options: SimulateOptions
    private let policy: ScalingPolicy
    private let progress: (String) -> Void

    /// A longer load is seen in longer steps: a day takes less than a second.
    private static let stepsMax = 20_000

    package init(
        _ options: SimulateOptions, policy: ScalingPolicy?, progress: @escaping (String) -> Void
    ) {
        self.options = options
        self.policy = policy ?? SimulateCommand.defaultPolicy
        self.progress = progress
    }

    /// `text` is the log, or another trace.
    package func run(text: String) throws(TraceError) -> Result {
        var model = SimulateCommand.model(policy, options)
        model.maxTasks = Limits.tasksMax
        model.minTasks = 1
        let content = try TraceReader.read(text, name: options.trace, service: options.service)
        let rates =
            content.isInTasks
            ? content.trace.scaled(by: model.requestsPerSecondPerTask).rates : content.trace.rates
        let step = max(1, (rates.count + Self.stepsMax - 1) / Self.stepsMax)
        let workload = Workload(
            name: options.trace, ratePerSecond: Self.means(rates, of: step),
            stepSeconds: Double(step), model: model, seed: options.seed)
        let candidates = candidates(workload)
        var entries: [SimulateCommand.Entry] = []
        for (name, candidate) in candidates {
            progress("trying \(name)")
            let run = Run.run(
                OurScaler(policy: candidate), on: workload, model: model, seed: Run.startSeed,
                samplesMax: entries.isEmpty ? SimulateCommand.samplesMax : 0)
            entries.append(
                SimulateCommand.Entry(
                    name: name, note: "", outcome: run.outcome, samples: run.samples))
        }
        let price = price(workload)
        let costs = entries.map { $0.outcome.taskSeconds + price * $0.outcome.overloadedSeconds }
        // The first of those that cost the same: today's settings, where they are among them.
        let index = costs.indices.min { costs[$0] < costs[$1] } ?? 0
        var best = candidates[index].policy
        if index > 0 { best.maxTasks = roomy(entries[index].outcome.runningMax) }
        entries[index].note = index == 0 ? "stays" : "recommended"
        return Result(
            table: SimulateCommand.Result(
                workload: options.trace, seconds: workload.seconds, entries: entries),
            best: best, bestIndex: index)
    }

    private func candidates(_ workload: Workload) -> [(name: String, policy: ScalingPolicy)] {
        var all = [("today", policy)]
        let quiet = quiet(workload)
        for (name, caution) in [
            ("economy", Caution.economy), ("balanced", .balanced), ("performance", .performance),
        ] {
            for least in Set([policy.minTasks, quiet]).sorted() {
                var candidate = policy
                candidate.sizing = .learnt(caution)
                candidate.scaleIn.enabled = true
                candidate.minTasks = least
                candidate.maxTasks = Limits.tasksMax
                candidate.schedules = []
                all.append(("\(name), \(least)", candidate))
            }
        }
        return all
    }

    /// What the load is worth in its quietest twentieth.
    private func quiet(_ workload: Workload) -> Int {
        let sorted = workload.work.sorted()
        let work = Double(sorted[sorted.count / 20]) / workload.stepSeconds
        return max(1, Int(work.rounded(.up)))
    }

    /// A quarter above the most that ran, and never below today's maximum: to lower that is a
    /// person's decision.
    private func roomy(_ most: Int) -> Int {
        min(Limits.tasksMax, max(policy.maxTasks, (most * 5 + 3) / 4))
    }

    private static func means(_ rates: [Float], of count: Int) -> [Float] {
        guard count > 1 else { return rates }
        return stride(from: 0, to: rates.count, by: count).map { begin in
            let block = rates[begin..<min(begin + count, rates.count)]
            return block.reduce(0, +) / Float(block.count)
        }
    }

    /// What an overloaded second costs, in task-seconds.
    private func price(_ workload: Workload) -> Double {
        var caution = Caution.balanced
        if case .learnt(let own) = policy.sizing { caution = own }
        return caution.value * workload.workSeconds / max(1, workload.seconds)
    }
}

extension RecommendCommand.Result {
    /// For a person: the table, a sentence, and what to paste.
    package var text: String {
        let (today, best) = (table.entries[0].outcome, table.entries[bestIndex].outcome)
        let words =
            bestIndex == 0
            ? "Today's settings stay: none of the others costs less, overload included."
            : "\(table.entries[bestIndex].name): \(Number.text(best.taskHours)) task-hours instead of"
                + " \(Number.text(today.taskHours)), overloaded for"
                + " \(Number.text(best.overloadedSeconds)) s instead of"
                + " \(Number.text(today.overloadedSeconds)) s. For the configuration:\n\n\(settings)"
        return table.text + "\n" + words + "\n"
    }

    /// The members of the service's object that are recommended.
    package var settings: String {
        var json = JSONWriter()
        json.object { json in
            json.member("min", best.minTasks)
            json.member("max", best.maxTasks)
            if case .learnt(let caution) = best.sizing {
                json.key("caution")
                json.thousandths(of: caution.value)
            }
            json.key("scaleIn")
            json.object { $0.member("enabled", best.scaleIn.enabled) }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    package var json: String {
        "{\"recommended\":\"\(table.entries[bestIndex].name)\",\"settings\":\(settings),"
            + "\"simulated\":\(table.json.dropLast())}\n"
    }
}
