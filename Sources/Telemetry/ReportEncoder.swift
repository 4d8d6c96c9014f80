/// Writes a report's wire form: JSON (RFC 8259), which the sender then compresses.
///
/// ```
/// {"v":1,"task":{"arn":"…","cluster":"…","service":"…","family":"…","revision":"7","zone":"…"},
///  "boot":"00c0ffee00c0ffee","seq":12,"state":"running",
///  "clock":{"errorMs":0.546,"synchronized":true},
///  "windows":[{"start":1790000000000,"length":1000,"samples":20,"failed":0,"restarts":0,
///    "gauges":{"active":{"min":1,"mean":1.500,"max":3,"last":2},"busy":{…},"waiting":{…}},
///    "counters":{"span":1000,"accepts":10,"handled":10,"requests":200},
///    "usage":{"cpu":71.200,"memory":40.125,"backendCPU":60.000,"backendMemory":30.500}}]}
/// ```
/// `start` is in Unix milliseconds by the task's clock, `length` and `span` are in milliseconds.
/// `usage` is in percent of the task's limits. `service`, `zone`, `clock`, `gauges`, `counters`,
/// `usage` and what is in it are left out when unknown. A reader ignores keys it
/// does not know. The encoder keeps its buffer, so that a steady agent does not allocate.
package struct ReportEncoder {
    /// The version of the wire form, the value of `v`.
    package static let version = 1

    private var json = JSONWriter()

    package init() {}

    /// The report as JSON; the array is the encoder's own buffer, valid as any Swift value.
    package mutating func encode(_ report: Report) -> [UInt8] {
        json.reset()
        json.object { json in
            json.member("v", Self.version)
            json.key("task")
            Self.write(report.identity, to: &json)
            json.key("boot")
            json.hexadecimal(report.bootID)
            json.member("seq", report.sequence)
            json.member("state", Self.name(of: report.state))
            if let clock = report.clock {
                json.key("clock")
                json.object { json in
                    json.member("errorMs", thousandths: clock.errorMs)
                    json.member("synchronized", clock.isSynchronized)
                }
            }
            json.key("windows")
            json.array { json in
                for window in report.windows {
                    Self.write(window, to: &json)
                }
            }
        }
        return json.bytes
    }

    /// The state's name on the wire.
    package static func name(of state: TaskState) -> String {
        switch state {
        case .running: "running"
        case .draining: "draining"
        case .probe: "probe"
        }
    }

    private static func write(_ identity: TaskIdentity, to json: inout JSONWriter) {
        json.object { writeMembers(of: identity, to: &$0) }
    }

    /// The members of `task`, for whoever tells more of the task beside them.
    package static func writeMembers(of identity: TaskIdentity, to json: inout JSONWriter) {
        json.member("arn", identity.taskARN)
        json.member("cluster", identity.cluster)
        if let service = identity.service { json.member("service", service) }
        json.member("family", identity.family)
        json.member("revision", identity.revision)
        if let zone = identity.availabilityZone { json.member("zone", zone) }
    }

    private static func write(_ window: Window, to json: inout JSONWriter) {
        json.object { json in
            json.member("start", window.startMs)
            json.member("length", window.lengthMs)
            json.member("samples", window.samples)
            json.member("failed", window.failed)
            json.member("restarts", window.restarts)
            if let gauges = window.gauges {
                json.key("gauges")
                json.object { json in
                    write(gauges.active, named: "active", to: &json)
                    write(gauges.busy, named: "busy", to: &json)
                    write(gauges.waiting, named: "waiting", to: &json)
                }
            }
            if let counters = window.counters {
                json.key("counters")
                json.object { json in
                    json.member("span", counters.spanMs)
                    json.member("accepts", counters.accepts)
                    json.member("handled", counters.handled)
                    json.member("requests", counters.requests)
                }
            }
            if let usage = window.usage { write(usage, to: &json) }
        }
    }

    private static func write(_ usage: WindowUsage, to json: inout JSONWriter) {
        json.key("usage")
        json.object { json in
            if let value = usage.taskCPU { json.member("cpu", thousandths: value) }
            if let value = usage.taskMemory { json.member("memory", thousandths: value) }
            if let value = usage.backendCPU { json.member("backendCPU", thousandths: value) }
            if let value = usage.backendMemory {
                json.member("backendMemory", thousandths: value)
            }
        }
    }

    private static func write(
        _ gauge: GaugeSummary, named name: StaticString, to json: inout JSONWriter
    ) {
        json.key(name)
        json.object { json in
            json.member("min", gauge.min)
            json.member("mean", thousandths: gauge.mean)
            json.member("max", gauge.max)
            json.member("last", gauge.last)
        }
    }
}
