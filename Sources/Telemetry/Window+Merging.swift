extension Window {
    /// This window and the one that followed it as one.
    package func merged(with next: Window) -> Window {
        Window(
            startMs: startMs, lengthMs: lengthMs + next.lengthMs, samples: samples + next.samples,
            failed: failed + next.failed, restarts: restarts + next.restarts,
            gauges: mergedGauges(with: next), counters: mergedCounters(with: next),
            usage: mergedUsage(with: next), failures: mergedFailures(with: next),
            sampleAgeMs: next.sampleAgeMs ?? sampleAgeMs.map { $0 + next.lengthMs },
            sampleMs: Self.larger(sampleMs, next.sampleMs),
            // What holds at the end of both is what the later one says.
            condition: next.condition, witnesses: mergedWitnesses(with: next))
    }

    /// Known only if every failed sample of both is.
    private func mergedFailures(with next: Window) -> SampleFailures? {
        let (own, other) = (failures ?? SampleFailures(), next.failures ?? SampleFailures())
        guard own.total == failed, other.total == next.failed, failed + next.failed > 0 else {
            return nil
        }
        return own.adding(other)
    }

    /// States as they are at the end, growth as it is of both.
    private func mergedWitnesses(with next: Window) -> WindowWitnesses? {
        guard let own = witnesses else { return next.witnesses }
        guard let other = next.witnesses else { return own }
        return WindowWitnesses(
            acceptQueue: other.acceptQueue ?? own.acceptQueue,
            acceptQueueLimit: other.acceptQueueLimit ?? own.acceptQueueLimit,
            listenOverflows: Self.sum(own.listenOverflows, other.listenOverflows),
            listenDrops: Self.sum(own.listenDrops, other.listenDrops),
            sockets: other.sockets ?? own.sockets,
            established: other.established ?? own.established,
            unread: other.unread ?? own.unread, closing: other.closing ?? own.closing)
    }

    @inline(never)
    private static func sum(_ one: UInt64?, _ two: UInt64?) -> UInt64? {
        guard let one else { return two }
        return one + (two ?? 0)
    }

    @inline(never)
    private static func larger(_ one: Double?, _ two: Double?) -> Double? {
        guard let one else { return two }
        return max(one, two ?? one)
    }

    private func mergedUsage(with next: Window) -> WindowUsage? {
        guard let own = usage else { return next.usage }
        guard let other = next.usage else { return own }
        @inline(never) func mean(_ one: Double?, _ two: Double?) -> Double? {
            guard let one else { return two }
            guard let two else { return one }
            let weights = (Double(lengthMs), Double(next.lengthMs))
            return (one * weights.0 + two * weights.1) / (weights.0 + weights.1)
        }
        return WindowUsage(
            taskCPU: mean(own.taskCPU, other.taskCPU),
            taskMemory: mean(own.taskMemory, other.taskMemory),
            backendCPU: mean(own.backendCPU, other.backendCPU),
            backendMemory: mean(own.backendMemory, other.backendMemory),
            throttled: mean(own.throttled, other.throttled))
    }

    private func mergedGauges(with next: Window) -> WindowGauges? {
        guard let own = gauges else { return next.gauges }
        guard let other = next.gauges else { return own }
        let weights = (Double(samples), Double(next.samples))
        return WindowGauges(
            active: own.active.merged(with: other.active, weights: weights),
            busy: own.busy.merged(with: other.busy, weights: weights),
            waiting: own.waiting.merged(with: other.waiting, weights: weights))
    }

    private func mergedCounters(with next: Window) -> WindowCounters? {
        guard let own = counters else { return next.counters }
        guard let other = next.counters else { return own }
        return WindowCounters(
            spanMs: own.spanMs + other.spanMs, accepts: own.accepts + other.accepts,
            handled: own.handled + other.handled, requests: own.requests + other.requests)
    }
}

extension GaugeSummary {
    fileprivate func merged(
        with next: GaugeSummary, weights: (Double, Double)
    ) -> GaugeSummary {
        GaugeSummary(
            min: Swift.min(min, next.min),
            mean: (mean * weights.0 + next.mean * weights.1) / (weights.0 + weights.1),
            max: Swift.max(max, next.max), last: next.last)
    }
}
