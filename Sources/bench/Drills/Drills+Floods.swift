import Foundation
import Platform
import Values

// Strangers, by the thousand.
extension Drills {
    static let calm = [
        Drill(name: "calm", isFast: true) { drills in
            let world = try DrillWorld()
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            usleep(2_000_000)
            let surge = drills.surge(world, agents)
            if let seconds = surge.seconds { drills.noteCalm(seconds) }
            return all(drills.answers(agents), (surge.text, surge.holds), drills.memory(world))
        }
    ]

    static let floods = [
        flood("refused requests", .flooding(Strangers.wrongToken), 200, isFast: true),
        flood(
            "refused requests, a quarter of a core", .flooding(Strangers.wrongToken), 200, quota: 25
        ),
        flood("GET /v1/services", .flooding(Strangers.get("/v1/services")), 100),
        flood("GET /metrics", .flooding(Strangers.get("/metrics")), 100),
        flood("GET /healthz", .flooding(Strangers.get("/healthz")), 200),
        flood("bodies of 65,000 bytes without a token", .bodies(65_000), 3_000, isFast: true),
        flood("12,000 bodies without a token", .bodies(65_000), 12_000),
        flood("slow heads", .slowHeads, 1_000),
        Drill(name: "connectionsMax reached by idle connections", isFast: true) { drills in
            try drills.lockedOut(.idle)
        },
        Drill(name: "connectionsMax reached, holders ask /healthz") { drills in
            try drills.lockedOut(.asking("/healthz"))
        },
        Drill(name: "a million invented ARNs with the token") { drills in
            let world = try DrillWorld()
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            let liars = Strangers(port: world.port, .inventing, connections: 4)
            defer { liars.stop() }
            usleep(5_000_000)
            // One more task, real, and running as ECS says.
            world.ecs.set("web", desired: 11, running: 11)
            let late = DrillAgents(port: world.port, count: 1, busy: 5, firstTask: 10)
            defer { late.stop() }
            usleep(1_500_000)
            let tally = late.takeTally()
            let surge = drills.surge(world, agents)
            return all(
                ("\(liars.answers.values.reduce(0, +)) ARNs", true),
                (
                    "a new task \(tally.statuses)",
                    tally.statuses[204, default: 0] > 0 && tally.shed == 0
                ),
                (surge.text, surge.holds), drills.memory(world))
        },
        Drill(name: "two readings of a request's end", isFast: true) { drills in
            let world = try DrillWorld()
            let both = "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"
            let differing = "Content-Length: 3\r\nContent-Length: 4\r\n"
            var statuses: [Int] = []
            for headers in [both, differing] {
                let text =
                    "POST /v1/reports HTTP/1.1\r\nHost: a\r\n"
                    + "Authorization: Bearer \(DrillWorld.token)\r\n\(headers)\r\n"
                let client = Strangers(
                    port: world.port, .flooding(Array(text.utf8)), connections: 1)
                usleep(300_000)
                client.stop()
                statuses += client.answers.keys.sorted()
            }
            return all(("answers \(statuses)", statuses == [400, 400]), drills.memory(world))
        },
    ]

    private static func flood(
        _ name: String, _ behaviour: Strangers.Behaviour, _ connections: Int, quota: Int? = nil,
        isFast: Bool = false
    ) -> Drill {
        Drill(name: "flood: \(name)", isFast: isFast) { drills in
            let group = try quota.map { try ProcessorGroup(millisecondsInHundred: $0) }
            var options = DrillWorld.Options()
            options.wrapper = group?.wrapper ?? []
            let world = try DrillWorld(options)
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            let strangers = Strangers(port: world.port, behaviour, connections: connections)
            defer { strangers.stop() }
            usleep(4_000_000)
            let answers = drills.answers(agents)
            let surge = drills.surge(world, agents)
            let count = strangers.answers.values.reduce(0, +)
            return all(
                ("\(count) answers to strangers", true), answers, (surge.text, surge.holds),
                drills.memory(world))
        }
    }

    private func lockedOut(_ behaviour: Strangers.Behaviour) throws -> DrillResult {
        var options = DrillWorld.Options()
        options.listen = #","connectionsMax":500,"connectionsPerAddressMax":0"#
        let world = try DrillWorld(options)
        let agents = DrillAgents(port: world.port, count: 10, busy: 5)
        defer { agents.stop() }
        settle(agents)
        let strangers = Strangers(port: world.port, behaviour, connections: 700)
        defer { strangers.stop() }
        usleep(3_000_000)
        world.ecs.set("web", desired: 12, running: 12)
        let new = DrillAgents(port: world.port, count: 2, busy: 5, firstTask: 10)
        defer { new.stop() }
        usleep(1_500_000)
        let tally = new.takeTally()
        let isHealthy = try world.isHealthy()
        let answers = answers(agents)
        let surge = surge(world, agents)
        let isLogged = world.metric(#"aggregator_connections_closed_total{reason="room"}"#) ?? 0
        return Self.all(
            answers,
            (
                "new agents \(tally.statuses), \(tally.lost) lost",
                tally.lost == 0 && tally.statuses[204, default: 0] >= 2
            ),
            ("health \(isHealthy)", isHealthy), ("\(Int(isLogged)) closed for room", isLogged > 0),
            (surge.text, surge.holds), memory(world))
    }
}
