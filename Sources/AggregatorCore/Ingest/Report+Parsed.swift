import CSimdjson
import Telemetry

extension Report {
    /// The strings are copied: simdjson's buffer is used again.
    init(_ raw: csimdjson_report) {
        self.init(
            identity: TaskIdentity(
                taskARN: raw.task.arn.text ?? "", cluster: raw.task.cluster.text ?? "",
                service: raw.task.service.text, family: raw.task.family.text ?? "",
                revision: raw.task.revision.text ?? "", availabilityZone: raw.task.zone.text),
            bootID: raw.boot, sequence: UInt64(raw.sequence), state: TaskState(raw: raw.state),
            windows: UnsafeBufferPointer(start: raw.windows, count: raw.window_count)
                .map(Window.init),
            clock: raw.clock.is_known
                ? ClockDrift(
                    errorMs: raw.clock.error_ms, isSynchronized: raw.clock.synchronized) : nil)
    }
}

extension TaskState {
    fileprivate init(raw: csimdjson_name) {
        switch Int(raw) {
        case CSIMDJSON_STARTING: self = .starting
        case CSIMDJSON_RUNNING: self = .running
        case CSIMDJSON_DRAINING: self = .draining
        case CSIMDJSON_STOPPING: self = .stopping
        default: self = .probe
        }
    }
}

extension TaskCondition {
    fileprivate init?(raw: csimdjson_name) {
        switch Int(raw) {
        case CSIMDJSON_SERVING: self = .serving
        case CSIMDJSON_SATURATED: self = .saturated
        case CSIMDJSON_DOWN: self = .down
        case CSIMDJSON_UNKNOWN: self = .unknown
        default: return nil
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
            gauges: raw.gauges.is_known
                ? WindowGauges(
                    active: GaugeSummary(raw.gauges.active), busy: GaugeSummary(raw.gauges.busy),
                    waiting: GaugeSummary(raw.gauges.waiting)) : nil,
            counters: raw.counters.is_known
                ? WindowCounters(
                    spanMs: Int(raw.counters.span_ms), accepts: UInt64(raw.counters.accepts),
                    handled: UInt64(raw.counters.handled),
                    requests: UInt64(raw.counters.requests)) : nil,
            usage: raw.usage.is_known ? WindowUsage(raw.usage) : nil,
            failures: raw.failures.is_known ? SampleFailures(raw.failures) : nil,
            sampleAgeMs: raw.sample_age_ms.int, sampleMs: raw.sample_ms.double,
            condition: TaskCondition(raw: raw.condition),
            witnesses: raw.witnesses.is_known ? WindowWitnesses(raw.witnesses) : nil)
    }
}

extension WindowUsage {
    fileprivate init(_ raw: csimdjson_usage) {
        self.init(
            taskCPU: raw.cpu.double, taskMemory: raw.memory.double,
            backendCPU: raw.backend_cpu.double, backendMemory: raw.backend_memory.double,
            throttled: raw.throttled.double)
    }
}

extension SampleFailures {
    fileprivate init(_ raw: csimdjson_failures) {
        self.init(
            refused: Int(raw.refused), timedOut: Int(raw.timed_out), reset: Int(raw.reset),
            cutShort: Int(raw.cut_short), wrongAnswer: Int(raw.wrong))
    }
}

extension WindowWitnesses {
    fileprivate init(_ raw: csimdjson_witnesses) {
        self.init(
            acceptQueue: raw.accept_queue.int, acceptQueueLimit: raw.accept_queue_limit.int,
            listenOverflows: raw.listen_overflows.int.map(UInt64.init),
            listenDrops: raw.listen_drops.int.map(UInt64.init), sockets: raw.sockets.int,
            established: raw.established.int, unread: raw.unread.int,
            closing: raw.closing.int)
    }
}

extension csimdjson_whole {
    fileprivate var int: Int? { is_known ? Int(value) : nil }
}

extension csimdjson_real {
    fileprivate var double: Double? { is_known ? value : nil }
}

extension GaugeSummary {
    fileprivate init(_ raw: csimdjson_gauge) {
        self.init(min: Int(raw.min), mean: raw.mean, max: Int(raw.max), last: Int(raw.last))
    }
}
