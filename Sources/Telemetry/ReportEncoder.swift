import Writing

/// Writes a report's wire form: JSON (RFC 8259), which the sender then compresses.
///
/// ```
/// {"v":1,"task":{"arn":"…","cluster":"…","service":"…","family":"…","revision":"7","zone":"…"},
///  "boot":"00c0ffee00c0ffee","seq":12,"state":"running",
///  "clock":{"errorMs":0.546,"synchronized":true},
///  "windows":[{"start":1790000000000,"length":1000,"samples":20,"failed":0,"restarts":0,
///    "gauges":{"active":{"min":1,"mean":1.500,"max":3,"last":2},"busy":{…},"waiting":{…}},
///    "counters":{"span":1000,"accepts":10,"handled":10,"requests":200},
///    "usage":{"cpu":71.200,"memory":40.125,"backendCPU":60.000,"backendMemory":30.500,
///      "throttled":0.000},
///    "failures":{"refused":0,"timedOut":3,"reset":0,"cutShort":0,"wrong":0},
///    "sampleAge":40,"sampleTime":0.310,"condition":"saturated",
///    "witnesses":{"acceptQueue":12,"acceptQueueLimit":511,"listenOverflows":0,"listenDrops":0,
///      "sockets":60,"established":52,"unread":49,
///      "closing":0}}]}
/// ```
/// `state` is `starting`, `running`, `draining`, `stopping` or `probe`; `condition` is `serving`,
/// `saturated`, `down` or `unknown`. `start` is in Unix milliseconds by the task's clock; `length`,
/// `span`, `sampleAge` and `sampleTime` are in milliseconds; `usage` is in percent of the task's
/// limits, its `throttled` of the scheduler's periods.
///
/// Left out when unknown: `service`, `zone`, `clock`, `gauges`, `counters`, `sampleAge`,
/// `sampleTime`, `usage` and `witnesses` and what is in them. Left out too: `failures` when no
/// sample failed, and a `condition` that is implied: serving with gauges, unknown without. A reader
/// ignores keys it does not know. The encoder keeps its buffer, so that a steady agent does not
/// allocate.
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
        case .starting: "starting"
        case .running: "running"
        case .draining: "draining"
        case .stopping: "stopping"
        case .probe: "probe"
        }
    }

    /// The condition's name on the wire.
    package static func name(of condition: TaskCondition) -> String {
        switch condition {
        case .serving: "serving"
        case .saturated: "saturated"
        case .down: "down"
        case .unknown: "unknown"
        }
    }

    private static func write(_ identity: TaskIdentity, to json: inout JSONWriter) {
        json.object { writeMembers(of: identity, to: &$0) }
    }

    /// The members of `task`, for a caller that adds more members of the task.
    package static func writeMembers(of identity: TaskIdentity, to json: inout JSONWriter) {
        json.member("arn", identity.taskARN)
        json.member("cluster", identity.cluster)
        if let service = identity.service { json.member("service", service) }
        json.member("family", identity.family)
        json.member("revision", identity.revision)
        if let zone = identity.availabilityZone { json.member("zone", zone) }
    }
}
