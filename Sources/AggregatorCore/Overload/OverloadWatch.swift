import HTTPServer
import Platform
import Transport

/// Compares each second what the process uses of the processors with what it may use, and has
/// strangers and reports wait accordingly.
struct OverloadWatch: Sendable {
    let shedder: LoadShedder
    /// Threads of the listener: more processors than these it cannot use.
    let threads: Int
    /// ECS's endpoint of this container; `nil` outside of ECS.
    let metadata: String?
    let http: HTTPClient
    let log: Log

    /// Until it is cancelled.
    func run(_ server: HTTPServer) async {
        let processors = await knownProcessors()
        await watch(server, processors: min(Double(threads), processors))
    }

    /// How many processors there are for this task, at most those that this container sees.
    private func knownProcessors() async -> Double {
        let seen = Processors.available()
        guard let metadata else { return seen }
        var attempt = 1
        while !Task.isCancelled {
            do {
                let limit = try await TaskProcessors.limit(metadata, http)
                let processors = min(seen, limit ?? seen)
                log.info("processors.known", LogField("processors", processors))
                return processors
            } catch {
                guard attempt < AggregatorLimits.metadataAttemptsMax else {
                    log.warning(
                        "processors.unknown", LogField("error", "\(error)"),
                        LogField("processors", seen))
                    return seen
                }
            }
            attempt += 1
            try? await Task.sleep(for: .seconds(1))
        }
        return seen
    }

    private func watch(_ server: HTTPServer, processors: Double) async {
        var use = ProcessorUse(processors: processors)
        var strangers = ProcessorUse(processors: processors)
        while !Task.isCancelled {
            server.setStrangers(processors: processors, isTight: shedder.isTight)
            try? await Task.sleep(for: AggregatorLimits.tickPeriod)
            let now = MonotonicClock.now()
            let seconds = Double(server.counters.strangersMicroseconds.value) * 1e-6
            let strangersPercent = strangers.percent(cpuSeconds: seconds, now: now) ?? 0
            guard let figures = ProcessFigures.read(),
                let used = use.percent(cpuSeconds: figures.cpuSeconds, now: now)
            else { continue }
            let fields = [
                LogField("usedPercent", used), LogField("strangersPercent", strangersPercent),
            ]
            switch shedder.note(usedPercent: used, strangersPercent: strangersPercent) {
            case .began: log.log(.warning, "overload.began", fields)
            case .ended: log.log(.info, "overload.ended", fields)
            case nil: break
            }
        }
    }
}
