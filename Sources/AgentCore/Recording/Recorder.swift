import Telemetry
import Transport
import Values

/// What was seen of the task, made into windows, a condition and lines of the log.
///
/// A value: samples, failures and the kernel's witnesses in, actions out; it reads no clock and
/// performs nothing.
package struct Recorder: Sendable {
    package indirect enum Action: Sendable {
        /// To be reported now.
        case report(Window)
        case log(AgentEvent, suppressed: Int)
    }

    private let sampleInterval: Duration
    private let window: Duration
    private var builder: WindowBuilder
    private var trigger: RiseTrigger
    private var signs = TaskSigns()
    private var tracker: ConditionTracker
    private var meter = WitnessMeter()
    private var damper: LogDamper
    private var actions: [Action] = []
    private var lookedAt: Instant?
    /// The condition that the log knows, and since when; none at first.
    private var said: (condition: TaskCondition, since: Instant)?
    private var firstSampleAt: Instant?
    private var hasServed = false
    /// When the newest good sample was taken.
    package private(set) var sampledAt: Instant?

    package init(
        sampleInterval: Duration, window: Duration, trigger: RiseTrigger, now: Instant,
        wallMs: Int64
    ) {
        self.sampleInterval = sampleInterval
        self.window = window
        self.trigger = trigger
        builder = WindowBuilder(start: now, startMs: wallMs)
        tracker = ConditionTracker(sampleInterval: sampleInterval, now: now)
        damper = LogDamper(now: now)
    }

    /// As the settings have it.
    package init(_ settings: AgentSettings, now: Instant, wallMs: Int64) {
        self.init(
            sampleInterval: settings.sampleInterval, window: settings.window,
            trigger: RiseTrigger(
                riseMin: settings.pushRise, risePercent: settings.pushRisePercent,
                floor: settings.pushFloor), now: now, wallMs: wallMs)
    }

    /// In nanoseconds: division of durations takes 128 bits, and 2 KB of the shipped agent.
    private var halfInterval: Int64 { sampleInterval.wholeNanoseconds / 2 }

    package var condition: TaskCondition { tracker.condition }

    /// Whether nginx answers, for `agent health`: one that has too much to do is not down.
    var nginxLink: HealthState.Link {
        switch said?.condition {
        case .serving, .saturated: .up
        case .down, .unknown: .down
        case nil: .unknown
        }
    }

    /// Whether the task has still to serve its first request, as far as a sample shows; a task that
    /// answers for long counts as started without one.
    package func isStarting(now: Instant) -> Bool {
        guard let firstSampleAt else { return true }
        return !hasServed && now - firstSampleAt < AgentLimits.startingMax
    }

    package mutating func nextAction() -> Action? {
        actions.isEmpty ? nil : actions.removeFirst()
    }

    /// Whether the kernel's witnesses are to be read now: at a window's end, and often while
    /// something is wrong.
    package func wantsLook(now: Instant) -> Bool {
        let isTroubled =
            tracker.condition != .serving || signs.failure != nil || signs.crowdedSince != nil
            || signs.lateSince != nil || signs.droppingSince != nil
            || signs.askedAt.map { now - $0 >= ConditionLimits.late } ?? false
        let since = lookedAt.map { now - $0 } ?? .seconds(3_600)
        if isTroubled { return since >= ConditionLimits.lookInterval }
        return since >= sampleInterval
            && now + sampleInterval + .nanoseconds(halfInterval) >= builder.start + window
    }
}

// What comes in.
extension Recorder {
    /// A sample leaves.
    package mutating func asked(now: Instant) {
        signs.asked(now: now)
    }

    package mutating func taken(_ sample: LoadSample, now: Instant, wallMs: Int64) {
        sampledAt = now
        firstSampleAt = firstSampleAt ?? now
        if sample.hasServed { hasServed = true }
        if sample.restarts > 0 { actions.append(.log(.nginxRestarted, suppressed: 0)) }
        signs.answered(
            busy: sample.busy, dropped: sample.increase?.dropped ?? 0,
            unserved: sample.increase?.unserved ?? 0, took: sample.took, now: now)
        let before = tracker.advance(signs, now: now)
        add(sample, wallMs)
        endWindow(now, wallMs)
        report(before, now, wallMs)
    }

    package mutating func failed(_ failure: ConnectionFailure, now: Instant, wallMs: Int64) {
        builder.add(failure)
        signs.failed(failure, now: now)
        let before = tracker.advance(signs, now: now)
        endWindow(now, wallMs)
        report(before, now, wallMs)
    }

    package mutating func saw(_ reading: WitnessReading, now: Instant) {
        lookedAt = now
        meter.saw(reading)
        signs.saw(reading, now: now)
    }

    package mutating func used(_ usage: WindowUsage, now: Instant) {
        builder.usage = usage
        signs.used(usage, now: now)
    }

    /// The agent was woken so much later than it wanted: what happened then, nobody saw.
    package mutating func overslept(_ span: Duration) {
        if span >= AgentLimits.oversleepMin { signs.overslept(span) }
    }

    /// Time passes: a task whose nginx hangs is heard all the same.
    package mutating func tick(now: Instant, wallMs: Int64) {
        let before = tracker.advance(signs, now: now)
        if now >= builder.start + window + sampleInterval {
            closeWindow(at: now, now: now, wallMs)
        }
        report(before, now, wallMs)
    }

    /// The last window, if anything is in it.
    package mutating func end(now: Instant, wallMs: Int64) {
        if !builder.isEmpty { closeWindow(at: now, now: now, wallMs) }
    }
}

// Windows.
extension Recorder {
    /// A rise is reported at once, in a window of its own, so that what was before does not dilute
    /// it.
    private mutating func add(_ sample: LoadSample, _ wallMs: Int64) {
        guard trigger.fires(busy: sample.busy, now: sample.at) else { return builder.add(sample) }
        if !builder.isEmpty {
            let cut = Instant(
                nanoseconds: sample.at.nanoseconds - sampleInterval.wholeNanoseconds)
            closeWindow(at: max(builder.start, cut), now: sample.at, wallMs)
        }
        builder.add(sample)
        closeWindow(at: sample.at, now: sample.at, wallMs)
    }

    /// A window ends with the sample that is nearest to its end: no other wake-up is needed.
    private mutating func endWindow(_ now: Instant, _ wallMs: Int64) {
        if now + .nanoseconds(halfInterval) >= builder.start + window {
            closeWindow(at: now, now: now, wallMs)
        }
    }

    private mutating func closeWindow(at end: Instant, now: Instant, _ wallMs: Int64) {
        // Rounded as lengths of windows are, so that begin and length lead to the end.
        let agoMs = ((now - end).wholeNanoseconds + 500_000) / 1_000_000
        var window = builder.close(at: end, endMs: wallMs - agoMs)
        window.condition = tracker.condition
        window.witnesses = meter.take()
        if let counters = window.counters, tracker.condition == .serving {
            signs.served(
                requestsPerSecond: Double(counters.requests) * 1000 / Double(counters.spanMs))
        }
        trigger.told(window)
        actions.append(.report(window))
    }
}

// The condition.
extension Recorder {
    /// What the aggregator is to know at once: that the task is saturated now, or that much more
    /// waits for it than it knows.
    private mutating func report(_ before: TaskCondition?, _ now: Instant, _ wallMs: Int64) {
        if tracker.condition == .saturated, now > builder.start {
            let load = max(signs.busy, signs.waiting ?? 0)
            if before != nil || trigger.fires(busy: load, now: now) {
                closeWindow(at: now, now: now, wallMs)
            }
        }
        say(now)
    }

    private mutating func say(_ now: Instant) {
        let condition = tracker.condition
        // A short silence between two answers is not worth a line.
        let isSettled = condition != .unknown || now - tracker.since >= ConditionLimits.downAfter
        guard isSettled, condition != said?.condition else {
            if let line = damper.due(now: now) { write(line) }
            return
        }
        let before = said
        said = (condition, tracker.since)
        // The first answer of all ends nothing.
        guard before != nil || condition != .serving else { return }
        let event = AgentEvent.nginx(
            condition, reason: tracker.sign.text, was: before?.condition ?? .unknown,
            lastedMs: before.map { (tracker.since - $0.since).wholeMilliseconds } ?? 0)
        if let line = damper.take(event, now: now) { write(line) }
    }

    private mutating func write(_ line: LogDamper.Line) {
        actions.append(.log(line.event, suppressed: line.suppressed))
    }
}
