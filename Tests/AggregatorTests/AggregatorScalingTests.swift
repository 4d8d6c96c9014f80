import Foundation
import TestSupport
import Testing

/// The built aggregator against moto, which checks its signatures.
@Suite(.moto, .serialized) struct AggregatorScalingTests {
    private func moto() throws -> MotoServer {
        try #require(MotoTrait.current)
    }

    private func start(
        _ configuration: String, environment: [String: String?] = [:]
    ) async throws -> AggregatorProcess {
        try await AggregatorProcess(
            configuration, environment: moto().environment.merging(environment) { $1 })
    }

    /// Two tasks that ECS runs; the count is set by hand first.
    private func reset(_ service: String, to count: Int) async throws {
        _ = try await moto().call(
            "ecs", "update_service",
            ["cluster": "demo", "service": service, "desiredCount": count])
    }

    @Test func reportsLeadToUpdateServiceAndToAMessage() async throws {
        try await reset("web", to: 2)
        let topic = try moto().world.topicARN
        let aggregator = try await start(
            AggregatorProcess.configuration(settings: "\"snsTopicArn\":\"\(topic)\""))
        _ = try await aggregator.event("service.found")
        let client = try ReportClient(aggregator.url)
        for task in ["a", "b"] {
            let report = ReportClient.report(task: task, sequence: 1, busy: 10)
            #expect(try client.send(report) == 204)
        }
        #expect(try client.holds())
        #expect(try client.send(ReportClient.report(task: "b", sequence: 2, busy: 60)) == 204)
        try await eventually("moto has 7: \(aggregator.process.output)") {
            try await self.moto().desiredCount("web") == 7
        }
        let messages = try await hear(upTo: 7)
        let last = try #require(messages.last)
        let text = try #require(last["Message"] as? String)
        let message = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(message["service"] as? String == "web")
        #expect(message["cluster"] as? String == "demo")
        #expect(message["to"] as? Int == 7)
        #expect(message["direction"] as? String == "out")
        #expect(message["load"] as? Double == 70)
        #expect((message["reason"] as? String)?.contains("requests in service 70") == true)
        #expect((last["Subject"] as? String)?.hasSuffix("-> 7 tasks") == true)
        let attributes = last["MessageAttributes"] as? [String: [String: String]]
        #expect(attributes?["direction"] == ["Type": "String", "Value": "out"])
        #expect(attributes?["service"] == ["Type": "String", "Value": "web"])
        #expect(attributes?["cluster"] == ["Type": "String", "Value": "demo"])
        #expect(attributes?["to"] == ["Type": "Number", "Value": "7"])
        // One message a change, and no call without one.
        #expect(messages.count == 1)
        for sequence in 3..<20 {
            let report = ReportClient.report(task: "b", sequence: UInt64(sequence), busy: 60)
            #expect(try client.send(report) == 204)
        }
        try await eventually("service.scaled") {
            try aggregator.events("service.scaled").count == 1
        }
    }

    /// Messages until one tells of this count.
    private func hear(upTo count: Int) async throws -> [[String: Any]] {
        var messages: [[String: Any]] = []
        for _ in 0..<10 {
            guard let message = try await moto().hearMessage() else { continue }
            messages.append(message)
            if (message["Subject"] as? String)?.hasSuffix(" \(count) tasks") == true { break }
        }
        return messages
    }

    @Test func realAgentsOfRealNginxLeadToUpdateService() async throws {
        try await reset("web", to: 2)
        let aggregator = try await start(AggregatorProcess.configuration())
        _ = try await aggregator.event("service.found")
        var tasks: [AgentTask] = []
        for task in try moto().world.taskARNs.prefix(2) {
            tasks.append(
                try await AgentTask(task, service: "web", aggregator: aggregator.url))
        }
        let client = try ReportClient(aggregator.url)
        try await eventually("both report: \(tasks.map(\.output))") {
            try client.get("/v1/services").body.contains("\"tasksLive\":2")
        }
        #expect(try client.holds())
        let held = try tasks[0].hold(45)
        let decision = try await aggregator.event("service.decision")
        #expect(decision["from"] as? Int == 2)
        try await eventually("moto has 5: \(aggregator.process.output)") {
            try await self.moto().desiredCount("web") == 5
        }
        withExtendedLifetime(held) {}
    }

    @Test func theMemoryThatRealAgentsTellLeadsToUpdateService() async throws {
        try await reset("web", to: 2)
        let aggregator = try await start(
            AggregatorProcess.configuration(metric: "memory", target: 25))
        _ = try await aggregator.event("service.found")
        let client = try ReportClient(aggregator.url)
        #expect(try client.send(ReportClient.report(task: "old", sequence: 1, busy: 99)) == 204)
        try await eventually("unknown is not zero") {
            try client.get("/v1/services").body.contains("AGENT_TASK_STATS=on")
        }
        let stats = """
            {"a1":{"cpu_stats":{"cpu_usage":{"total_usage":1000000000}},
             "memory_stats":{"usage":314572800}}}
            """
        let task = try await AgentTask(
            try #require(moto().world.taskARNs.first), service: "web", aggregator: aggregator.url,
            stats: stats)
        // 300 of 400 MiB: 75 percent, of which the other task is taken to use as much.
        try await eventually("moto has 6: \(aggregator.process.output) \(task.output)") {
            try await self.moto().desiredCount("web") == 6
        }
        let reason = try await aggregator.event("service.decision")["reason"] as? String
        #expect(reason?.hasPrefix("percent of memory 150 at 25 a task") == true, "\(reason ?? "")")
    }

    @Test func aWrongSecretIsRefusedAndToldAndScalesNothing() async throws {
        try await reset("other", to: 2)
        let aggregator = try await start(
            AggregatorProcess.configuration(service: "other"),
            environment: ["AWS_SECRET_ACCESS_KEY": "wrong"])
        let failure = try await aggregator.event("ecs.failed")
        #expect((failure["error"] as? String)?.contains("SignatureDoesNotMatch") == true)
        #expect(failure["status"] as? Int == 403)
        let client = try ReportClient(aggregator.url)
        for task in ["a", "b"] {
            let report = ReportClient.report(task: task, service: "other", sequence: 1, busy: 99)
            #expect(try client.send(report) == 204)
        }
        #expect(try await moto().desiredCount("other") == 2)
        let services = try client.get("/v1/services")
        #expect(services.body.contains("ECS has not told the service's counts yet"))
        #expect(!aggregator.process.output.contains("wrong"))
        try await eventually("ecs.failed") { try aggregator.events("ecs.failed").count == 1 }
    }

    @Test func aTaskWithoutAServiceNameIsResolved() async throws {
        try await reset("web", to: 2)
        let aggregator = try await start(AggregatorProcess.configuration())
        _ = try await aggregator.event("service.found")
        let client = try ReportClient(aggregator.url)
        for task in try moto().world.taskARNs {
            let report = ReportClient.report(task: task, service: nil, sequence: 1, busy: 20)
            #expect(try client.send(report) == 204)
        }
        let stranger =
            "arn:aws:ecs:eu-west-1:123456789012:task/demo/ffffffffffffffffffffffffffffffff"
        let unknown = ReportClient.report(task: stranger, service: nil, sequence: 1, busy: 99)
        #expect(try client.send(unknown) == 204)
        try await eventually("moto has 6: \(aggregator.process.output)") {
            try await self.moto().desiredCount("web") == 6
        }
        try await eventually("the stranger is known as such") {
            try client.send(unknown) == 404
        }
        #expect(client.reason.contains("belongs to no service"))
    }

    @Test func killedAndRestartedItHoldsUntilItHasSeenEnough() async throws {
        try await reset("web", to: 4)
        var aggregator = try await start(AggregatorProcess.configuration())
        _ = try await aggregator.event("service.found")
        var client = try ReportClient(aggregator.url)
        for task in 0..<4 {
            #expect(
                try client.send(ReportClient.report(task: "t\(task)", sequence: 1, busy: 15)) == 204
            )
        }
        try await eventually("moto has 6") { try await self.moto().desiredCount("web") == 6 }
        aggregator.process.signal(SIGKILL)
        #expect(try await aggregator.process.exit() == .signal(SIGKILL))

        aggregator = try await start(AggregatorProcess.configuration())
        _ = try await aggregator.event("service.found")
        client = try ReportClient(aggregator.url)
        // One of six reports: less than the quorum, so silence is not taken for no load.
        #expect(try client.send(ReportClient.report(task: "t0", sequence: 2, busy: 15)) == 204)
        let services = try client.get("/v1/services").body
        #expect(services.contains("hold: only 1 of"))
        #expect(try client.holds())
        for task in 1..<6 {
            #expect(
                try client.send(ReportClient.report(task: "t\(task)", sequence: 2, busy: 15)) == 204
            )
        }
        try await eventually("moto has 9: \(aggregator.process.output)") {
            try await self.moto().desiredCount("web") == 9
        }
    }

    @Test func aPausedServiceIsLeftAloneUntilItIsResumed() async throws {
        try await reset("web", to: 2)
        let token = "operator-0123456789"
        let aggregator = try await start(
            AggregatorProcess.configuration(), environment: ["AGGREGATOR_OPERATOR_TOKEN": token])
        _ = try await aggregator.event("service.found")
        let environment: [String: String?] = [
            "AGGREGATOR_URL": aggregator.url, "AGGREGATOR_OPERATOR_TOKEN": token,
        ]
        let program = try Repository.program("aggregator")
        let pause = try TestProcess(
            program, ["pause", "demo/web", "--reason", "a deploy"], environment: environment)
        #expect(try await pause.exit() == .code(0), "\(pause.output)")
        let client = try ReportClient(aggregator.url)
        for task in ["a", "b"] {
            let report = ReportClient.report(task: task, sequence: 1, busy: 35)
            #expect(try client.send(report) == 204)
        }
        let status = try TestProcess(program, ["status"], environment: environment)
        #expect(try await status.exit() == .code(0))
        #expect(status.output.contains("demo/web  paused"), "\(status.output)")
        #expect(try client.holds())
        let resume = try TestProcess(program, ["resume", "demo/web"], environment: environment)
        #expect(try await resume.exit() == .code(0))
        try await eventually("moto has 7") { try await self.moto().desiredCount("web") == 7 }
        #expect(try client.get("/readyz").status == 200)
        let metrics = try client.get("/metrics").body
        #expect(
            metrics.contains(
                "aggregator_service_desired_tasks{cluster=\"demo\",service=\"web\"} 7\n"))
        #expect(
            metrics.contains("operation=\"UpdateService\",result=\"ok\"} 1\n"), "\(metrics)")
    }

    @Test func verifiesSendersWhenToldTo() async throws {
        try await reset("web", to: 2)
        let aggregator = try await start(
            AggregatorProcess.configuration(top: "\"verifyTasks\":true,"))
        let client = try ReportClient(aggregator.url)
        let task = try #require(try moto().world.taskARNs.first)
        let report = ReportClient.report(task: task, sequence: 1, busy: 99)
        // Nothing is known yet, then that the task is elsewhere.
        #expect(try client.send(report) == 204)
        try await eventually("told apart") { try client.send(report) == 403 }
        #expect(client.reason.contains("this address is not the task's"))
        _ = try await aggregator.event("report.foreignSender")
        #expect(try client.get("/v1/services").body.contains("\"accepted\":0"))
        #expect(try client.holds())
    }

    @Test func adoptsWhatSomebodyElseChanged() async throws {
        try await reset("web", to: 2)
        let aggregator = try await start(AggregatorProcess.configuration())
        _ = try await aggregator.event("service.found")
        let client = try ReportClient(aggregator.url)
        #expect(try client.send(ReportClient.report(task: "a", sequence: 1, busy: 5)) == 204)
        try await reset("web", to: 8)
        let adopted = try await aggregator.event("service.adopted")
        #expect(adopted["from"] as? Int == 2)
        #expect(adopted["to"] as? Int == 8)
        // Scale-in is off: what others raised stays.
        #expect(try client.holds())
        #expect(try await moto().desiredCount("web") == 8)
    }

    @Test func tellsOnceThatAServiceIsMissing() async throws {
        let aggregator = try await start(AggregatorProcess.configuration(service: "absent"))
        _ = try await aggregator.event("service.missing")
        let client = try ReportClient(aggregator.url)
        let report = ReportClient.report(task: "a", service: "absent", sequence: 1, busy: 99)
        #expect(try client.send(report) == 204)
        try await eventually("it was asked for again") {
            try client.get("/v1/services").body.contains("\"state\":\"missing\"")
        }
        try await eventually("service.missing") {
            try aggregator.events("service.missing").count == 1
        }
        #expect(try client.holds())
    }
}
