import Writing

extension ReportEncoder {
    static func write(_ window: Window, to json: inout JSONWriter) {
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
            if let failures = window.failures, window.failed > 0 { write(failures, to: &json) }
            if let age = window.sampleAgeMs { json.member("sampleAge", age) }
            if let time = window.sampleMs { json.member("sampleTime", thousandths: time) }
            if window.condition != Window.impliedCondition(window.gauges) {
                json.member("condition", name(of: window.condition))
            }
            if let witnesses = window.witnesses { write(witnesses, to: &json) }
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
            if let value = usage.throttled { json.member("throttled", thousandths: value) }
        }
    }

    private static func write(_ failures: SampleFailures, to json: inout JSONWriter) {
        json.key("failures")
        json.object { json in
            json.member("refused", failures.refused)
            json.member("timedOut", failures.timedOut)
            json.member("reset", failures.reset)
            json.member("cutShort", failures.cutShort)
            json.member("wrong", failures.wrongAnswer)
        }
    }

    private static func write(_ witnesses: WindowWitnesses, to json: inout JSONWriter) {
        json.key("witnesses")
        json.object { json in
            if let value = witnesses.acceptQueue { json.member("acceptQueue", value) }
            if let value = witnesses.acceptQueueLimit { json.member("acceptQueueLimit", value) }
            if let value = witnesses.listenOverflows { json.member("listenOverflows", value) }
            if let value = witnesses.listenDrops { json.member("listenDrops", value) }
            if let value = witnesses.sockets { json.member("sockets", value) }
            if let value = witnesses.established { json.member("established", value) }
            if let value = witnesses.unread { json.member("unread", value) }
            if let value = witnesses.closing { json.member("closing", value) }
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
