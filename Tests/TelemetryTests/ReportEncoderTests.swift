import Telemetry
import Testing

/// The wire form, pinned: an aggregator of another version reads these bytes.
@Suite struct ReportEncoderTests {
    private static let identity = TaskIdentity(
        taskARN: "arn:aws:ecs:eu-west-1:1:task/demo/ab", cluster: "demo", service: "shop",
        family: "web", revision: "7", availabilityZone: "eu-west-1a")

    private func encode(_ report: Report) -> String {
        var encoder = ReportEncoder()
        return String(decoding: encoder.encode(report), as: UTF8.self)
    }

    @Test func writesAFullWindow() {
        let gauge = GaugeSummary(min: 1, mean: 1.5, max: 3, last: 2)
        let window = Window(
            startMs: 1_790_000_000_000, lengthMs: 1000, samples: 20, failed: 1, restarts: 0,
            gauges: WindowGauges(active: gauge, busy: gauge, waiting: gauge),
            counters: WindowCounters(spanMs: 950, accepts: 10, handled: 9, requests: 200))
        let report = Report(
            identity: Self.identity, bootID: 0x00C0_FFEE_00C0_FFEE, sequence: 12, state: .running,
            windows: [window])
        let summary = #"{"min":1,"mean":1.500,"max":3,"last":2}"#
        #expect(
            encode(report)
                == #"{"v":1,"task":{"arn":"arn:aws:ecs:eu-west-1:1:task/demo/ab","cluster":"demo","#
                + #""service":"shop","family":"web","revision":"7","zone":"eu-west-1a"},"#
                + #""boot":"00c0ffee00c0ffee","seq":12,"state":"running","windows":["#
                + #"{"start":1790000000000,"length":1000,"samples":20,"failed":1,"restarts":0,"#
                + #""gauges":{"active":\#(summary),"busy":\#(summary),"waiting":\#(summary)},"#
                + #""counters":{"span":950,"accepts":10,"handled":9,"requests":200}}]}"#)
    }

    @Test func leavesOutWhatIsUnknown() {
        var identity = Self.identity
        identity.service = nil
        identity.availabilityZone = nil
        let window = Window(
            startMs: 1, lengthMs: 2, samples: 0, failed: 3, restarts: 0, gauges: nil,
            counters: nil)
        let report = Report(
            identity: identity, bootID: 1, sequence: 1, state: .draining, windows: [window])
        #expect(
            encode(report)
                == #"{"v":1,"task":{"arn":"arn:aws:ecs:eu-west-1:1:task/demo/ab","cluster":"demo","#
                + #""family":"web","revision":"7"},"boot":"0000000000000001","seq":1,"#
                + #""state":"draining","windows":[{"start":1,"length":2,"samples":0,"failed":3,"#
                + #""restarts":0}]}"#)
    }

    @Test func writesClockAndUsageWhereTheyAreKnown() {
        let window = Window(
            startMs: 1, lengthMs: 2, samples: 0, failed: 3, restarts: 0, gauges: nil,
            counters: nil,
            usage: WindowUsage(
                taskCPU: 71.2, taskMemory: 40.125, backendCPU: nil, backendMemory: 30.5))
        let report = Report(
            identity: Self.identity, bootID: 1, sequence: 1, state: .running,
            windows: [window], clock: ClockDrift(errorMs: 0.5458, isSynchronized: true))
        let text = encode(report)
        #expect(
            text.contains(
                #""state":"running","clock":{"errorMs":0.546,"synchronized":true},"windows":"#))
        #expect(
            text.hasSuffix(
                #""restarts":0,"usage":{"cpu":71.200,"memory":40.125,"backendMemory":30.500}}]}"#))
    }

    @Test func writesAProbeWithoutWindows() {
        let report = Report(
            identity: Self.identity, bootID: 1, sequence: 1, state: .probe, windows: [])
        #expect(encode(report).hasSuffix(#""state":"probe","windows":[]}"#))
    }

    @Test func writesWhatWasSeenOfSaturation() {
        let window = Window(
            startMs: 1, lengthMs: 2, samples: 0, failed: 3, restarts: 0, gauges: nil,
            counters: nil,
            usage: WindowUsage(
                taskCPU: 100, taskMemory: nil, backendCPU: nil, backendMemory: nil,
                throttled: 88.5),
            failures: SampleFailures(refused: 0, timedOut: 2, reset: 1), sampleAgeMs: 1400,
            sampleMs: 812.5, condition: .saturated,
            witnesses: WindowWitnesses(
                acceptQueue: 60, acceptQueueLimit: 511, listenOverflows: 3, established: 52,
                unread: 49, closing: 7))
        let report = Report(
            identity: Self.identity, bootID: 1, sequence: 1, state: .starting, windows: [window])
        let expected = #"""
            "state":"starting","windows":[{"start":1,"length":2,"samples":0,"failed":3,\#
            "restarts":0,"usage":{"cpu":100.000,"throttled":88.500},\#
            "failures":{"refused":0,"timedOut":2,"reset":1,"cutShort":0,"wrong":0},\#
            "sampleAge":1400,"sampleTime":812.500,"condition":"saturated",\#
            "witnesses":{"acceptQueue":60,"acceptQueueLimit":511,"listenOverflows":3,\#
            "established":52,"unread":49,"closing":7}}]}
            """#
        #expect(encode(report).hasSuffix(expected))
    }

    @Test func leavesOutAConditionThatIsImplied() {
        let gauge = GaugeSummary(min: 1, mean: 1, max: 1, last: 1)
        let gauges = WindowGauges(active: gauge, busy: gauge, waiting: gauge)
        func text(_ gauges: WindowGauges?, _ condition: TaskCondition) -> String {
            let window = Window(
                startMs: 1, lengthMs: 2, samples: gauges == nil ? 0 : 1, failed: 0, restarts: 0,
                gauges: gauges, counters: nil, condition: condition)
            return encode(
                Report(
                    identity: Self.identity, bootID: 1, sequence: 1, state: .running,
                    windows: [window]))
        }
        #expect(!text(gauges, .serving).contains("condition"))
        #expect(!text(nil, .unknown).contains("condition"))
        #expect(text(nil, .serving).contains(#""condition":"serving""#))
        #expect(text(gauges, .unknown).contains(#""condition":"unknown""#))
        #expect(text(gauges, .saturated).contains(#""condition":"saturated""#))
        #expect(text(nil, .down).contains(#""condition":"down""#))
    }
}
