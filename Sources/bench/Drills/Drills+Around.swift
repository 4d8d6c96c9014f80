import Foundation
import Platform
import Values

// What is around ECS: credentials, names, whatever stands between, and a second aggregator.
extension Drills {
    static let around = [
        Drill(name: "UpdateService is answered a byte a second") { drills in
            let ecs = try FaultyECS(["web": 10])
            let proxy = try DripProxy(to: ecs.port)
            defer { proxy.stop() }
            var options = DrillWorld.Options()
            options.ecs = ecs
            options.environment = ["AWS_ENDPOINT_URL": proxy.url]
            let world = try DrillWorld(options)
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            proxy.setDripping(true)
            let first = drills.surge(world, agents, to: 20)
            usleep(300_000)
            let second = drills.surge(world, agents, to: 50)
            usleep(4_000_000)
            let counts = ecs.updates.map(\.count)
            return all(
                (first.text, first.holds), ("then \(second.text)", second.holds),
                ("calls of \(counts)", zip(counts, counts.dropFirst()).allSatisfy(<)),
                drills.memory(world))
        },
        credentials("hangs", .hanging),
        credentials("fails", .failing, isFast: true),
        Drill(name: "DNS away in the surge") { drills in
            try drills.named { drills, world, names, agents in
                drills.settle(agents)
                names.setFault(.away)
                usleep(3_000_000)
                let surge = drills.surge(world, agents)
                return all((surge.text, surge.holds))
            }
        },
        Drill(name: "DNS away for the first 5 s") { drills in
            try drills.named(.away) { drills, world, names, agents in
                agents.setBusy(50)
                usleep(5_000_000)
                names.setFault(.none)
                return drills.back(world)
            }
        },
        Drill(name: "DNS takes 400 ms, every second query is lost") { drills in
            try drills.named(.slow(200)) { drills, world, _, agents in
                usleep(8_000_000)
                let surge = drills.surge(world, agents)
                return all((surge.text, surge.holds))
            }
        },
        Drill(name: "two aggregators, each hears half") { drills in
            var options = DrillWorld.Options()
            options.policy =
                #","scaleIn":{"enabled":true,"stabilizationSeconds":1,"cooldownSeconds":1,"#
                + #""afterRestartSeconds":0}"#
            let first = try DrillWorld(options)
            options.ecs = first.ecs
            let second = try DrillWorld(options)
            let agents = DrillAgents(port: first.port, count: 5, busy: 5)
            defer { agents.stop() }
            let others = DrillAgents(port: second.port, count: 5, busy: 5, firstTask: 5)
            defer { others.stop() }
            drills.settle(agents)
            others.setBusy(60)
            let surge = drills.surge(first, agents, to: 20)
            usleep(12_000_000)
            let counts = first.ecs.updates.map(\.count)
            return all(
                (surge.text, surge.holds),
                ("calls of \(counts)", zip(counts, counts.dropFirst()).allSatisfy(<=)),
                // One hears 5 × 20 requests, the other 5 × 60, ten a task: the larger half rules.
                ("at last \(first.ecs.desired("web"))", first.ecs.desired("web") >= 30),
                drills.memory(first))
        },
    ]

    private static func credentials(
        _ name: String, _ fault: CredentialsEndpoint.Fault, isFast: Bool = false
    ) -> Drill {
        Drill(name: "the credentials endpoint \(name) for 10 s", isFast: isFast) { drills in
            // Short, so that the outage is longer than what was given before it.
            let endpoint = try CredentialsEndpoint(lifetime: .seconds(4))
            var options = DrillWorld.Options()
            options.environment = [
                "AWS_ACCESS_KEY_ID": nil, "AWS_SECRET_ACCESS_KEY": nil,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint.url,
            ]
            let world = try DrillWorld(options)
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            endpoint.setFault(fault)
            usleep(6_000_000)
            agents.setBusy(50)
            usleep(4_000_000)
            endpoint.setFault(.none)
            return drills.back(world)
        }
    }

    /// ECS by a name, which `NameServer` knows.
    private func named(
        _ fault: NameServer.Fault = .none,
        _ run: (Drills, DrillWorld, NameServer, DrillAgents) throws -> DrillResult
    ) throws -> DrillResult {
        let names = try NameServer()
        defer { names.stop() }
        names.setFault(fault)
        let folder = try BenchFolder("names-\(UInt32.random(in: 0 ... .max))")
        let ecs = try FaultyECS(["web": 10])
        var options = DrillWorld.Options()
        options.ecs = ecs
        options.wrapper = try names.wrapper(in: folder.url)
        options.environment = ["AWS_ENDPOINT_URL": "http://ecs.drill.test:\(ecs.port)"]
        let world = try DrillWorld(options)
        let agents = DrillAgents(port: world.port, count: 10, busy: 5)
        defer { agents.stop() }
        return try run(self, world, names, agents)
    }

    /// How long after the end of an outage, which is now, ECS is asked for 50 tasks.
    private func back(_ world: DrillWorld) -> DrillResult {
        let back = MonotonicClock.now()
        while world.ecs.desired("web") < 50, MonotonicClock.now() - back < .seconds(40) {
            usleep(5_000)
        }
        let lag = (MonotonicClock.now() - back).inSeconds
        return Self.all(
            ("lag \(Self.number(lag)) s", lag <= calmRaise + Self.raiseLagMax), memory(world))
    }
}
