import Foundation
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

/// The built aggregator with too little processor time for what is sent to it.
@Suite struct AggregatorOverloadTests {
    static let canConfine =
        getuid() == 0 && access("/sys/fs/cgroup/cpu/cgroup.procs", W_OK) == 0

    private func start(
        metadata: String? = nil, through wrapper: [String] = []
    ) async throws -> AggregatorProcess {
        try await AggregatorProcess(
            AggregatorProcess.configuration(),
            environment: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AGGREGATOR_TOKEN": nil,
                "ECS_CONTAINER_METADATA_URI_V4": metadata,
            ], through: wrapper)
    }

    /// Confined to a fifth of a processor by a quota that it sees.
    @Test(.enabled(if: canConfine))
    func tellsAgentsToPushLessOften() async throws {
        let quota = try ProcessorQuota(milliseconds: 20)
        let aggregator = try await start(through: quota.wrapper)
        #expect(try await shedsAndRecovers(aggregator) > 90)
    }

    /// On Fargate only the metadata tells what a task may use: the container sees no quota.
    @Test func goesByWhatTheTaskMayUse() async throws {
        let task = """
            {"Cluster":"demo","TaskARN":"arn:aws:ecs:eu-west-1:1:task/demo/1","Family":"a",
             "Revision":"1","Limits":{"CPU":0.1,"Memory":512}}
            """
        // The first time it does not answer well.
        let metadata = try await CaptureServer([
            .init(status: 500),
            .init(headers: ["Content-Type": "application/json"], body: task),
        ])
        let aggregator = try await start(metadata: metadata.url)
        let known = try await aggregator.event("processors.known")
        #expect(known["processors"] as? Double == 0.1)
        #expect(try metadata.requests().map(\.path) == ["/task", "/task"])
        #expect(try await shedsAndRecovers(aggregator) > 90)
    }

    @Test func goesOnWithoutTheMetadata() async throws {
        let aggregator = try await start(metadata: "http://127.0.0.1:9/v4/x")
        let unknown = try await aggregator.event("processors.unknown", within: .seconds(20))
        #expect((unknown["processors"] as? Double ?? 0) > 0)
        #expect(try ReportClient(aggregator.url).get("/healthz").status == 200)
    }

    /// Sends more than it has time for, until it says so, and then less: gives the use it saw.
    private func shedsAndRecovers(_ aggregator: AggregatorProcess) async throws -> Double {
        let client = try ReportClient(aggregator.url)
        #expect(try client.send(ReportClient.report(task: "a", sequence: 1, busy: 1)) == 204)

        let storm = Storm(aggregator.url, threads: 4)
        defer { storm.end() }
        let began = try await aggregator.event("overload.began", within: .seconds(30))
        try await eventually("a report is shed", within: .seconds(10)) { storm.answers.shed > 0 }
        let metrics = try client.get("/metrics").body
        storm.end()
        #expect(metrics.contains(/aggregator_reports_total\{outcome="shed"\} [1-9]/))
        #expect(metrics.contains(/aggregator_shed_ratio 0\.\d*[1-9]/))
        #expect(storm.answers.retryAfter == ["1"])
        #expect(
            storm.answers.reasons == [
                "push less often: the aggregator is short of processor time\n"
            ])
        // Never all: something must be known.
        #expect(storm.answers.taken > 0)
        #expect(storm.answers.others.isEmpty)

        _ = try await aggregator.event("overload.ended", within: .seconds(40))
        for sequence in 2...20 {
            let report = ReportClient.report(task: "a", sequence: UInt64(sequence), busy: 1)
            #expect(try client.send(report) == 204)
        }
        return began["usedPercent"] as? Double ?? 0
    }
}

/// Reports as fast as they are answered: each thread the same one again and again, since encoding,
/// in a build for debugging, has all threads wait for one lock of Swift's runtime.
private final class Storm: Sendable {
    struct Answers: Sendable {
        var taken = 0
        var shed = 0
        var others: Set<Int> = []
        var retryAfter: Set<String> = []
        var reasons: Set<String> = []
        var threadsAtWork = 0
    }

    private let state: Lock<Answers>
    private let isOver = Atomic(false)
    var answers: Answers { state.withLock { $0 } }

    init(_ url: String, threads: Int) {
        state = Lock(Answers(threadsAtWork: threads))
        for thread in 0..<threads {
            WorkerThread.detached(name: "storm") { [self] in
                defer { state.withLock { $0.threadsAtWork -= 1 } }
                do {
                    let client = try ReportClient(url)
                    let report = try client.pack(
                        ReportClient.report(task: "storm-\(thread)", sequence: 1, busy: 1))
                    while !isOver.load(ordering: .relaxed) {
                        note(try client.send(packed: report), client)
                    }
                } catch {
                    state.withLock { _ = $0.others.insert(-1) }
                }
            }
        }
    }

    private func note(_ status: Int, _ client: ReportClient) {
        let (wait, reason) = (client.header("Retry-After"), client.reason)
        state.withLock { answers in
            switch status {
            case 204: answers.taken += 1
            case 429:
                answers.shed += 1
                answers.retryAfter.insert(wait ?? "none")
                answers.reasons.insert(reason)
            default: answers.others.insert(status)
            }
        }
    }

    /// Waits until every thread is done.
    func end() {
        isOver.store(true, ordering: .relaxed)
        while answers.threadsAtWork > 0 { usleep(1_000) }
    }
}

/// A cgroup (version 1) that gives so many milliseconds of a processor in 100.
private final class ProcessorQuota {
    private let path: String

    init(milliseconds: Int) throws {
        let number = UInt32.random(in: 0 ... .max)
        path = "/sys/fs/cgroup/cpu/aggregator-test-\(getpid())-\(number)"
        mkdir(path, 0o755)
        try "100000".write(
            toFile: path + "/cpu.cfs_period_us", atomically: false, encoding: .utf8)
        try "\(milliseconds * 1000)".write(
            toFile: path + "/cpu.cfs_quota_us", atomically: false, encoding: .utf8)
    }

    deinit {
        rmdir(path)
    }

    /// Runs the command that follows within the group, which it sees as a container sees its own.
    var wrapper: [String] {
        let script = """
            echo $$ > \(path)/cgroup.procs && mount --bind \(path) /sys/fs/cgroup/cpu && exec "$@"
            """
        return ["unshare", "-m", "sh", "-c", script, "sh"]
    }
}
