import TestSupport
import Testing

@Suite struct TaskDefinitionTests {
    static let files = ["task-definition.json", "aggregator-task-definition.json"]
    private static let all = Task<[String: TaskDefinition], any Error> {
        try await Support.json(
            "register_task_definition.py", files.map { "\(Repository.root)/docker/\($0)" })
    }

    static func registered(_ file: String) async throws -> TaskDefinition {
        try #require(try await all.value[file])
    }

    @Test(arguments: files)
    func ecsTakesThem(file: String) async throws {
        let task = try await Self.registered(file)
        #expect(task.requiresCompatibilities == ["FARGATE"])
        #expect(task.networkMode == "awsvpc")
        for container in task.containerDefinitions {
            #expect(container.logConfiguration?.logDriver == "awslogs")
            #expect(container.readonlyRootFilesystem == true)
            // Fargate takes 120 s at most, ECS 2 s at least.
            #expect((2...120).contains(container.stopTimeout ?? 0))
        }
    }

    @Test func theStacksRunTheSameContainers() async throws {
        let web = try await Self.registered("task-definition.json")
        let aggregator = try await Self.registered("aggregator-task-definition.json")
        let whole = try await Stack.of(.whole)
        let beside = try await Stack.of(.beside)
        for name in ["nginx", "agent"] {
            let inStack = try #require(whole.tasks["WebTask"]?.container(name))
            #expect(web.container(name)?.shape == inStack.shape)
        }
        for stack in [whole, beside] {
            let task = try #require(stack.tasks["AggregatorTask"])
            let inStack = try #require(task.container("aggregator"))
            #expect(aggregator.container("aggregator")?.shape == inStack.shape)
            #expect(task.memory == aggregator.memory)
        }
    }

    @Test func theAgentCannotHarmItsTask() async throws {
        let task = try await Self.registered("task-definition.json")
        let agent = try #require(task.container("agent"))
        #expect(!agent.essential)
        #expect(agent.restartPolicy?.enabled == true)
        // ECS restarts nothing that ends sooner; a wrong setting would end it again.
        #expect(agent.restartPolicy?.restartAttemptPeriod == 60)
        #expect(agent.restartPolicy?.ignoredExitCodes == [0, 64, 78])
        #expect(agent.user == "65532:65532")
        #expect(agent.linuxParameters?.capabilities.drop == ["ALL"])
        #expect(agent.memory == 32)
        #expect(agent.healthCheck?.command == ["CMD", "/agent", "health"])
        #expect(task.containerDefinitions.filter(\.essential).map(\.name) == ["backend", "nginx"])
    }

    @Test func ecsExecHasMemoryOfItsOwn() async throws {
        let agent = try await Stack.of(.executable).tasks["WebTask"]?.container("agent")
        #expect(try #require(agent?.memory) >= 32 + 128)
    }

    @Test func containersStopInTheOrderThatLosesNoRequest() async throws {
        let task = try await Self.registered("task-definition.json")
        // ECS stops in the reverse of dependsOn: agent, nginx, backend.
        #expect(task.container("agent")?.dependsOn?.map(\.containerName) == ["nginx"])
        #expect(task.container("nginx")?.dependsOn?.map(\.containerName) == ["backend"])
        #expect(task.container("backend")?.dependsOn?.isEmpty != false)
    }

    @Test func secretsAreNeverPlainEnvironment() async throws {
        for file in Self.files {
            for container in try await Self.registered(file).containerDefinitions {
                #expect((container.environment ?? []).allSatisfy { !$0.name.contains("TOKEN") })
                for secret in container.secrets ?? [] {
                    #expect(secret.valueFrom.hasPrefix("arn:aws:"))
                }
            }
        }
    }
}
