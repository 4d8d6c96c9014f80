import Control
import Platform
import Transport
import Values

/// Sends every metric to an OpenTelemetry collector, each period.
///
/// What is not taken is not sent again: counters are cumulative, so that the next one has it all.
/// Nothing waits for it.
struct OTLPExporter: Sendable {
    let settings: OTLPSettings
    let view: MetricsView
    let http: HTTPClient
    let log: Log

    /// Until it is cancelled.
    func run() async {
        let startMs = WallClock.nowMs()
        var troubles = TroubleLog()
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.period)
            guard !Task.isCancelled else { return }
            let failure = await send(startMs: startMs)
            let now = MonotonicClock.now()
            guard let failure else {
                if troubles.answered(now: now) { log.info("otlp.recovered") }
                continue
            }
            if let repeats = troubles.failed(code: failure, now: now) {
                log.error(
                    "otlp.failed", LogField("url", settings.url), LogField("error", failure),
                    LogField("heldBack", repeats))
            }
        }
    }

    /// Why it was not taken.
    private func send(startMs: Int64) async -> String? {
        var request = HTTPRequest(.post, settings.url)
        request.headers = settings.headers + ["Content-Type: application/json"]
        request.body = view.metrics.otlp(startMs: startMs, nowMs: WallClock.nowMs())
        do {
            let response = try await http.send(request)
            return (200...299).contains(response.status) ? nil : "it answers \(response.status)"
        } catch {
            return error.text
        }
    }
}
