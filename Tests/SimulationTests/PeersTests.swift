import Testing

@testable import Simulation

/// Feeds a policy one second at a time; tasks run as soon as they are desired.
struct PeerDriver<Policy: Autoscaler> {
    var policy: Policy
    var desired: Int
    private var second = 0.0

    init(_ policy: Policy, running: Int) {
        self.policy = policy
        desired = running
    }

    /// The desired count after that many seconds of a load.
    @discardableResult
    mutating func run(_ seconds: Int, busy: Double) -> Int {
        for _ in 0..<seconds { step(busy: busy) }
        return desired
    }

    /// Seconds until the desired count changes.
    mutating func untilChange(busy: Double, most: Int = 3_600) -> Int {
        let before = desired
        for index in 1...most {
            step(busy: busy)
            if desired != before { return index }
        }
        return most
    }

    private mutating func step(busy: Double) {
        second += 1
        desired = policy.desired(
            after: Observation(
                second: second, stepSeconds: 1, requestsPerSecond: busy, busy: busy,
                tasksInUse: min(busy / 100, Double(desired)), active: busy, running: desired,
                desired: desired))
    }
}

@Suite("Knative, as in its sources and documentation")
struct KnativeTests {
    @Test("The mean of 60 s over the target, rounded up")
    func stable() {
        var driver = PeerDriver(Knative(signal: .busy, target: 70), running: 1)
        #expect(driver.run(120, busy: 100) == 2)
        #expect(driver.run(200, busy: 700) == 10)
        #expect(driver.run(200, busy: 701) == 11)
    }

    @Test("At twice what is ready, within 6 s, it panics, and does not go down for 60 s")
    func panic() {
        var driver = PeerDriver(Knative(signal: .busy, target: 70), running: 1)
        driver.run(120, busy: 60)
        driver.run(8, busy: 2_000)
        #expect(driver.desired >= 28)
        let most = driver.desired
        driver.run(50, busy: 60)
        #expect(driver.desired == most)
        driver.run(70, busy: 60)
        #expect(driver.desired < most)
    }

    @Test("Down by at most a half of what is ready at a time")
    func half() {
        var driver = PeerDriver(Knative(signal: .busy, target: 70), running: 1)
        driver.run(300, busy: 7_000)
        var before = driver.desired
        for _ in 0..<120 {
            let now = driver.run(2, busy: 0)
            #expect(now >= before / 2)
            before = now
        }
        #expect(before <= 1)
    }
}

@Suite("The Kubernetes HPA, as in its documentation")
struct HorizontalPodAutoscalerTests {
    @Test("ceil(current × value ÷ target): 200 against 100 doubles")
    func ratio() {
        var driver = PeerDriver(HorizontalPodAutoscaler(signal: .busy, target: 100), running: 3)
        #expect(driver.run(45, busy: 600) == 6)
    }

    @Test("Nothing within a tenth of the target")
    func tolerance() {
        var driver = PeerDriver(HorizontalPodAutoscaler(signal: .busy, target: 100), running: 10)
        #expect(driver.run(300, busy: 1_090) == 10)
        #expect(driver.run(60, busy: 1_120) == 12)
    }

    @Test("Up by the larger of 100 % and 4 pods in 15 s", arguments: [(1, 5), (2, 6), (10, 20)])
    func up(running: Int, most: Int) {
        var driver = PeerDriver(
            HorizontalPodAutoscaler(signal: .busy, target: 100), running: running)
        #expect(driver.run(30, busy: 100_000) == most)
    }

    @Test("Down only to the highest recommendation of 300 s")
    func down() {
        var driver = PeerDriver(HorizontalPodAutoscaler(signal: .busy, target: 100), running: 10)
        driver.run(60, busy: 1_000)
        let seconds = driver.untilChange(busy: 200)
        #expect((300...345).contains(seconds))
        #expect(driver.desired == 2)
    }
}

@Suite("ECS target tracking, as AWS published it")
struct TargetTrackingTests {
    @Test("Load to scale-out", arguments: [(60.0, 363), (20, 86)])
    func out(period: Double, published: Int) {
        // The jump comes at any phase of the metric's period: the mean is what was published.
        var sum = 0
        for phase in 0..<Int(period) {
            var driver = PeerDriver(
                TargetTracking(periodSeconds: period, signal: .busy, target: 50), running: 4)
            driver.run(1_200 + phase, busy: 190)
            sum += driver.untilChange(busy: 900)
        }
        let mean = Double(sum) / period
        #expect(abs(mean - Double(published)) < Double(published) * 0.05)
    }

    @Test("In after 15 minutes below 90 % of the target, and gradually")
    func lower() {
        var driver = PeerDriver(
            TargetTracking(periodSeconds: 60, signal: .busy, target: 50), running: 20)
        driver.run(600, busy: 950)
        let seconds = driver.untilChange(busy: 400)
        #expect((900...1_150).contains(seconds))
        #expect(driver.desired == 18)
        #expect(driver.untilChange(busy: 400) >= 300)
    }
}

@Suite("The sample, as written and mended")
struct SampleLoopTests {
    @Test("Its steps", arguments: [(49.0, 1), (50, 2), (100, 10), (300, 15), (500, 20)])
    func steps(active: Double, tasks: Int) {
        var driver = PeerDriver(SampleLoop(form: .asWritten), running: 1)
        #expect(driver.run(3, busy: active) == tasks)
    }

    @Test("As written, 20 tasks at 60 connections fall to 2; mended, they stay")
    func forcedDown() {
        var written = PeerDriver(SampleLoop(form: .asWritten), running: 20)
        #expect(written.run(3, busy: 1_200) == 2)
        var mended = PeerDriver(SampleLoop(form: .mended), running: 20)
        #expect(mended.run(3, busy: 1_200) == 20)
    }

    @Test("After an action it is blind for 60 s")
    func blind() {
        var driver = PeerDriver(SampleLoop(form: .mended), running: 1)
        #expect(driver.run(3, busy: 60) == 2)
        #expect(driver.untilChange(busy: 2_000) == 60)
    }
}
