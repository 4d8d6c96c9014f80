import Telemetry
import Testing
import Values

@testable import AggregatorCore

@Suite struct TaskResolverTests {
    private let now = Instant(nanoseconds: 0)

    private func sent(
        _ task: String, cluster: String = "shop", from address: String? = nil
    ) -> TaskResolver.Sent {
        var report = Samples.report
        report.identity.taskARN = task
        report.identity.cluster = cluster
        report.identity.service = nil
        return TaskResolver.Sent(report: report, address: address)
    }

    @Test func keepsTheNewestReportUntilECSAnswers() {
        let resolver = TaskResolver()
        var newest = sent("a")
        #expect(resolver.resolve(newest, now: now) == .unresolved)
        newest.report.sequence += 1
        #expect(resolver.resolve(newest, now: now) == .unresolved)
        let batch = resolver.batch()
        #expect(batch?.cluster == "shop")
        #expect(batch?.tasks == ["a"])
        let released = resolver.answered(
            cluster: "shop", tasks: ["a"], [.init(taskARN: "a", service: "web")], now: now)
        #expect(released == [newest])
        let key = ServiceKey(cluster: "shop", service: "web")
        #expect(resolver.resolve(newest, now: now) == .service(key))
        #expect(resolver.batch() == nil)
    }

    @Test func comparesTheAddressWhereOneIsGiven() {
        let resolver = TaskResolver()
        #expect(resolver.resolve(sent("a", from: "10.0.0.7"), now: now) == .unresolved)
        _ = resolver.answered(
            cluster: "shop", tasks: ["a"],
            [.init(taskARN: "a", service: "web", addresses: ["10.0.0.7"])], now: now)
        let key = ServiceKey(cluster: "shop", service: "web")
        #expect(resolver.resolve(sent("a", from: "10.0.0.7"), now: now) == .service(key))
        #expect(resolver.resolve(sent("a", from: "10.0.0.8"), now: now) == .foreignSender)
        #expect(resolver.resolve(sent("a", from: ""), now: now) == .foreignSender)
        #expect(resolver.resolve(sent("a"), now: now) == .service(key))
    }

    /// Addresses are compared as addresses, of whatever family.
    @Test func comparesAddressesHoweverTheyAreWritten() {
        let resolver = TaskResolver()
        let (four, six) = ("10.0.1.5", "2600:1f18:0:0:0:0:0:a1b")
        _ = resolver.resolve(sent("a", from: four), now: now)
        _ = resolver.answered(
            cluster: "shop", tasks: ["a"],
            [.init(taskARN: "a", service: "web", addresses: [four, six])], now: now)
        let key = ServiceKey(cluster: "shop", service: "web")
        for own in [four, "::ffff:10.0.1.5", "2600:1f18::a1b", "2600:1F18::0A1B"] {
            #expect(resolver.resolve(sent("a", from: own), now: now) == .service(key), "\(own)")
        }
        for foreign in ["10.0.1.6", "2600:1f18::a1c", "::1", ""] {
            #expect(resolver.resolve(sent("a", from: foreign), now: now) == .foreignSender)
        }
    }

    @Test func asksAgainForATaskWithoutAnAddress() {
        let resolver = TaskResolver()
        _ = resolver.resolve(sent("a", from: "10.0.0.7"), now: now)
        _ = resolver.answered(
            cluster: "shop", tasks: ["a"], [.init(taskARN: "a", service: "web")], now: now)
        #expect(resolver.resolve(sent("a", from: "10.0.0.7"), now: now) == .foreignSender)
        let later = now + AggregatorLimits.resolveRetry
        #expect(resolver.resolve(sent("a", from: "10.0.0.7"), now: later) == .unresolved)
        #expect(resolver.batch()?.tasks == ["a"])
    }

    @Test func inventedTasksTakeNoRealOnesPlace() {
        let resolver = TaskResolver()
        _ = resolver.answered(
            cluster: "shop", tasks: ["a"], [.init(taskARN: "a", service: "web")], now: now)
        for number in 0..<2 * AggregatorLimits.resolvedTasksMax {
            _ = resolver.answered(cluster: "shop", tasks: ["x\(number)"], [], now: now)
        }
        let key = ServiceKey(cluster: "shop", service: "web")
        #expect(resolver.resolve(sent("a"), now: now) == .service(key))
    }

    @Test func asksAgainForAnUnknownTaskOnlyAfterAWhile() {
        let resolver = TaskResolver()
        _ = resolver.resolve(sent("a"), now: now)
        _ = resolver.answered(cluster: "shop", tasks: ["a"], [], now: now)
        #expect(resolver.resolve(sent("a"), now: now) == .noService)
        let later = now + AggregatorLimits.unknownTaskFor
        #expect(resolver.resolve(sent("a"), now: later) == .unresolved)
        #expect(resolver.batch()?.tasks == ["a"])
    }

    @Test func asksForAHundredOfOneClusterAtOnce() throws {
        let resolver = TaskResolver()
        for index in 0..<150 { _ = resolver.resolve(sent("a\(index)"), now: now) }
        for index in 0..<3 { _ = resolver.resolve(sent("b\(index)", cluster: "b"), now: now) }
        var sizes: [String: [Int]] = [:]
        while let batch = resolver.batch() {
            sizes[batch.cluster, default: []].append(batch.tasks.count)
            _ = resolver.answered(cluster: batch.cluster, tasks: batch.tasks, [], now: now)
        }
        #expect(sizes == ["shop": [100, 50], "b": [3]])
    }

    @Test func letsOnlySoManyWait() {
        let resolver = TaskResolver()
        let most = AggregatorLimits.unresolvedTasksMax
        for index in 0..<(most + 10) {
            let expected: TaskResolver.Resolution = index < most ? .unresolved : .noRoom
            #expect(resolver.resolve(sent("a\(index)"), now: now) == expected)
        }
        var count = 0
        while let batch = resolver.batch() {
            count += batch.tasks.count
            _ = resolver.answered(cluster: batch.cluster, tasks: batch.tasks, [], now: now)
        }
        #expect(count == most)
    }

    @Test func theCacheForgetsTheOldest() {
        var cache = BoundedCache<Int, String>(countMax: 3)
        for key in 0..<10 {
            cache[key] = "v\(key)"
            cache[key] = "w\(key)"
            #expect(cache.count == min(key + 1, 3))
        }
        #expect((0..<10).filter { cache[$0] != nil } == [7, 8, 9])
        #expect(cache[9] == "w9")
    }
}
