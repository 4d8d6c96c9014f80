import Writing

/// A setting that is a whole number within a range.
package struct WholeSetting: Sendable {
    package let key: StaticString
    package let range: ClosedRange<Int>
    package let standard: Int
    package let meaning: StaticString

    package init(
        _ key: StaticString, _ range: ClosedRange<Int>, standard: Int, _ meaning: StaticString
    ) {
        self.key = key
        self.range = range
        self.standard = standard
        self.meaning = meaning
    }
}

extension WholeSetting {
    /// Where each stands in `all`: constants of their own would be in the shipped agent twice.
    enum Place: Int {
        case samplesPerSecond, sampleTimeoutMs, windowMs, pushRise, pushRisePercent, pushFloorMs
        case pushTimeoutMs, backoffMaxMs
    }

    package static let all = [
        WholeSetting(
            "AGENT_SAMPLES_PER_SECOND", 1...200, standard: 15, "samples of nginx a second"),
        WholeSetting(
            "AGENT_SAMPLE_TIMEOUT_MS", 10...10_000, standard: 5000,
            "a sample that takes longer has failed"),
        WholeSetting(
            "AGENT_WINDOW_MS", 100...60_000, standard: 1000,
            "length of a window, pushed at its end"),
        WholeSetting(
            "AGENT_PUSH_RISE", 1...1_000_000, standard: 5,
            "busy requests more than last told that are pushed at once"),
        WholeSetting(
            "AGENT_PUSH_RISE_PERCENT", 0...10_000, standard: 25,
            "and the least such rise in percent of what was last told"),
        WholeSetting(
            "AGENT_PUSH_FLOOR_MS", 0...60_000, standard: 200,
            "least time between two such pushes, unless the load doubled"),
        WholeSetting(
            "AGENT_PUSH_TIMEOUT_MS", 100...60_000, standard: 1000,
            "a push that takes longer has failed"),
        WholeSetting(
            "AGENT_BACKOFF_MAX_MS", 100...300_000, standard: 900,
            "longest wait between attempts, before jitter"),
    ]
}
