import CSimdjson
import Telemetry

/// simdjson with our limits: checks a report's JSON and gives its values.
struct ReportParser: ~Copyable {
    /// So many readable bytes must follow a document.
    static let padding = Int(CSIMDJSON_PADDING)

    let handle: OpaquePointer

    init() throws(ReportError) {
        guard let handle = csimdjson_create(.reports) else { throw .noReader }
        self.handle = handle
    }

    deinit {
        csimdjson_destroy(handle)
    }

    func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Report, ReportError> {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return .failure(.bodyEmpty) }
        var raw = csimdjson_report()
        let isValid = start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
            csimdjson_parse(handle, $0, bytes.count, &raw)
        }
        guard isValid else {
            return .failure(.invalid(reason: String(cString: csimdjson_reason(handle))))
        }
        return .success(Report(raw))
    }
}

extension csimdjson_limits {
    fileprivate static var reports: csimdjson_limits {
        csimdjson_limits(
            document_bytes_max: AggregatorLimits.reportInflatedBytesMax,
            depth_max: AggregatorLimits.reportDepthMax,
            windows_max: AggregatorLimits.reportWindowsMax,
            arn_bytes_max: AggregatorLimits.arnBytesMax,
            name_bytes_max: AggregatorLimits.nameBytesMax,
            revision_bytes_max: AggregatorLimits.revisionBytesMax,
            sequence_max: AggregatorLimits.sequenceMax,
            start_ms_max: AggregatorLimits.startMsMax,
            length_ms_max: AggregatorLimits.windowLengthMsMax,
            samples_max: AggregatorLimits.samplesMax,
            gauge_max: AggregatorLimits.gaugeMax,
            counter_max: AggregatorLimits.counterMax,
            percent_max: AggregatorLimits.percentMax,
            clock_error_ms_max: AggregatorLimits.clockErrorMsMax)
    }
}

extension Report {
    /// The strings are copied: simdjson's buffer is used again.
    fileprivate init(_ raw: csimdjson_report) {
        self.init(
            identity: TaskIdentity(
                taskARN: raw.arn.text ?? "", cluster: raw.cluster.text ?? "",
                service: raw.service.text, family: raw.family.text ?? "",
                revision: raw.revision.text ?? "", availabilityZone: raw.zone.text),
            bootID: raw.boot, sequence: raw.sequence, state: TaskState(raw: raw.state),
            windows: UnsafeBufferPointer(start: raw.windows, count: raw.window_count)
                .map(Window.init),
            clock: raw.has_clock
                ? ClockDrift(
                    errorMs: raw.clock_error_ms, isSynchronized: raw.clock_synchronized) : nil)
    }
}

extension TaskState {
    fileprivate init(raw: Int32) {
        switch raw {
        case Int32(CSIMDJSON_RUNNING): self = .running
        case Int32(CSIMDJSON_DRAINING): self = .draining
        default: self = .probe
        }
    }
}

extension csimdjson_text {
    fileprivate var text: String? {
        guard let bytes else { return nil }
        return bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
            String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
        }
    }
}

extension Window {
    fileprivate init(_ raw: csimdjson_window) {
        self.init(
            startMs: raw.start_ms, lengthMs: Int(raw.length_ms), samples: Int(raw.samples),
            failed: Int(raw.failed), restarts: Int(raw.restarts),
            gauges: raw.has_gauges
                ? WindowGauges(
                    active: GaugeSummary(raw.active), busy: GaugeSummary(raw.busy),
                    waiting: GaugeSummary(raw.waiting)) : nil,
            counters: raw.has_counters
                ? WindowCounters(
                    spanMs: Int(raw.span_ms), accepts: raw.accepts, handled: raw.handled,
                    requests: raw.requests) : nil,
            usage: raw.has_usage ? WindowUsage(raw.usage) : nil)
    }
}

extension WindowUsage {
    fileprivate init(_ raw: csimdjson_usage) {
        self.init(
            taskCPU: raw.cpu.percent, taskMemory: raw.memory.percent,
            backendCPU: raw.backend_cpu.percent, backendMemory: raw.backend_memory.percent)
    }
}

extension csimdjson_percent {
    fileprivate var percent: Double? { is_known ? value : nil }
}

extension GaugeSummary {
    fileprivate init(_ raw: csimdjson_gauge) {
        self.init(min: Int(raw.min), mean: raw.mean, max: Int(raw.max), last: Int(raw.last))
    }
}
