import Foundation
import Platform
import Values

// ECS that fails, hangs, lies, and whoever else changes the counts.
extension Drills {
    static let lying = [
        Drill(name: "a stolen token of another service", isFast: true) { drills in
            var options = DrillWorld.Options()
            options.services = ["web": 10, "other": 1]
            options.document = #""tokens":[{"variable":"OTHER","services":["production/other"]}],"#
            options.environment = ["OTHER": "other-other-other-other"]
            let world = try DrillWorld(options)
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            let thieves = DrillAgents(
                port: world.port, count: 10, busy: 100_000, token: "other-other-other-other")
            defer { thieves.stop() }
            usleep(1_500_000)
            let tally = thieves.takeTally()
            let calls = world.ecs.updates.count
            let surge = drills.surge(world, agents)
            return all(
                ("thieves \(tally.statuses)", Array(tally.statuses.keys) == [403]),
                ("\(calls) calls", calls == 0), (surge.text, surge.holds))
        },
        Drill(name: "one of 11 tasks says 99,999,999", isFast: true) { drills in
            var options = DrillWorld.Options()
            options.services = ["web": 11]
            let world = try DrillWorld(options)
            let agents = DrillAgents(port: world.port, count: 11, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            agents.setBusy(99_999_999, of: 3)
            usleep(4_000_000)
            let desired = world.ecs.desired("web")
            return all(("11 -> \(desired)", desired <= 22), drills.memory(world))
        },
        Drill(name: "6 of 10 tasks die silently") { drills in
            let world = try DrillWorld()
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            agents.silence(4..<10)
            world.ecs.set("web", running: 4)
            usleep(8_000_000)
            let surge = drills.surge(world, agents)
            return all((surge.text, surge.holds), drills.memory(world))
        },
        Drill(name: "a person sets 50, scale-in off") { drills in
            let world = try DrillWorld()
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            world.ecs.set("web", desired: 50)
            // Worth 20: more than was last seen, less than the person wants.
            agents.setBusy(20)
            usleep(4_000_000)
            let lowest = world.ecs.updates.map(\.count).min() ?? 50
            return all(
                ("calls of \(world.ecs.updates.map(\.count))", lowest >= 50),
                ("then \(world.ecs.desired("web"))", world.ecs.desired("web") >= 50))
        },
    ]

    static let ecs = [
        Drill(name: "ECS back after 45 s of 500s") { drills in try drills.outage(seconds: 45) },
        Drill(name: "ECS back after 8 s of 500s", isFast: true) { drills in
            try drills.outage(seconds: 8)
        },
        Drill(name: "UpdateService hangs for 4 s") { drills in
            let world = try DrillWorld()
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            world.ecs.setFaults(update: .hanging)
            let begin = MonotonicClock.now()
            agents.setBusy(11)
            usleep(500_000)
            agents.setBusy(50)
            usleep(3_500_000)
            let second = world.ecs.updates.last
            world.ecs.setFaults()
            let back = MonotonicClock.now()
            while world.ecs.desired("web") < 50, MonotonicClock.now() - back < .seconds(15) {
                usleep(5_000)
            }
            let lag = (MonotonicClock.now() - back).inSeconds
            let anew = second.map { $0.count >= 50 && $0.at - begin < .seconds(4) } ?? false
            return all(
                ("decided anew within 4 s: \(anew)", anew),
                ("lag \(number(lag)) s", lag <= drills.calmRaise + raiseLagMax))
        },
        unreadable("truncated JSON", #"{"service":{"serviceName":"we"#),
        unreadable("HTML", "<html><body>proxy</body></html>"),
        unreadable("10 MB", String(repeating: "x", count: 10 << 20)),
        unreadable("{}", "{}"),
        Drill(name: "descriptions 15 s stale") { drills in
            let world = try DrillWorld()
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            world.ecs.setFaults(describe: .stale(.seconds(15)))
            let surge = drills.surge(world, agents)
            usleep(10_000_000)
            let counts = world.ecs.updates.map(\.count)
            let isSteady = zip(counts, counts.dropFirst()).allSatisfy(<)
            let isAdopted = world.log().contains("service.adopted")
            return all(
                (surge.text, surge.holds), ("calls of \(counts)", isSteady),
                ("somebody else: \(isAdopted)", !isAdopted))
        },
    ]

    private static func unreadable(_ name: String, _ answer: String) -> Drill {
        Drill(name: "UpdateService answered with \(name)") { drills in
            let world = try DrillWorld()
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            world.ecs.setFaults(update: .answering(answer))
            let surge = drills.surge(world, agents)
            usleep(4_000_000)
            let isAdopted = world.log().contains("service.adopted")
            return all(
                (surge.text, surge.holds), ("somebody else: \(isAdopted)", !isAdopted),
                ("calls of \(world.ecs.updates.map(\.count))", world.ecs.updates.count <= 2),
                drills.memory(world))
        }
    }

    private func outage(seconds: Int) throws -> DrillResult {
        let world = try DrillWorld()
        let agents = DrillAgents(port: world.port, count: 10, busy: 5)
        defer { agents.stop() }
        settle(agents)
        world.ecs.setFaults(update: .failing, describe: .failing)
        agents.setBusy(50)
        usleep(UInt32(seconds) * 1_000_000)
        world.ecs.setFaults()
        let back = MonotonicClock.now()
        while world.ecs.desired("web") < 50, MonotonicClock.now() - back < .seconds(40) {
            usleep(5_000)
        }
        let lag = (MonotonicClock.now() - back).inSeconds
        return Self.all(("lag \(Self.number(lag)) s", lag <= Self.raiseLagMax + 0.2), memory(world))
    }
}
