import Foundation
import Platform
import Values

// What takes away a log's reader, descriptors, or the process itself.
extension Drills {
    static let silencing = [
        Drill(name: "standard error's pipe full", isFast: true) { drills in
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else {
                throw MeasurementError.systemCall("pipe", code: errno)
            }
            defer { ends.forEach { close($0) } }
            // As full as it gets: what comes from now on waits.
            _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
            let filler = [UInt8](repeating: 0x2E, count: 4096)
            while write(ends[1], filler, filler.count) > 0 {}
            _ = fcntl(ends[1], F_SETFL, 0)
            var options = DrillWorld.Options()
            options.standardError = ends[1]
            return try drills.deaf(options)
        },
        Drill(name: "standard error closed, standard output full") { drills in
            var options = DrillWorld.Options()
            options.document = #""verifyTasks":false,"#
            options.wrapper = ["sh", "-c", #"exec "$@" 2>&- >/dev/full"#, "sh"]
            return try drills.deaf(options)
        },
        Drill(name: "disk full") { drills in
            var options = DrillWorld.Options()
            options.wrapper = ["sh", "-c", #"exec "$@" 2>/dev/full"#, "sh"]
            return try drills.deaf(options)
        },
        Drill(name: "nofile 256, 300 services, 400 strangers", isFast: true) { drills in
            var options = DrillWorld.Options()
            options.services = ["web": 10]
            for number in 0..<299 { options.services["other-\(number)"] = 1 }
            options.wrapper = ["prlimit", "--nofile=256:256"]
            let world = try DrillWorld(options)
            let agents = DrillAgents(port: world.port, count: 10, busy: 5)
            defer { agents.stop() }
            drills.settle(agents)
            let strangers = Strangers(port: world.port, .idle, connections: 400)
            defer { strangers.stop() }
            usleep(3_000_000)
            let answers = drills.answers(agents)
            let surge = drills.surge(world, agents)
            return all(
                answers, (surge.text, surge.holds), ("alive", world.isAlive), drills.memory(world))
        },
        Drill(name: "kill -9 in the surge") { drills in try drills.restarted(SIGKILL) },
        Drill(name: "SIGTERM in the surge") { drills in try drills.restarted(SIGTERM) },
    ]

    private func deaf(_ options: DrillWorld.Options) throws -> DrillResult {
        let world = try DrillWorld(options)
        let agents = DrillAgents(port: world.port, count: 10, busy: 5)
        defer { agents.stop() }
        settle(agents)
        let strangers = Strangers(
            port: world.port, .flooding(Strangers.wrongToken), connections: 2)
        defer { strangers.stop() }
        usleep(1_000_000)
        let answers = answers(agents)
        let surge = surge(world, agents)
        return Self.all(answers, (surge.text, surge.holds), memory(world))
    }

    private func restarted(_ number: Int32) throws -> DrillResult {
        let world = try DrillWorld()
        let agents = DrillAgents(port: world.port, count: 10, busy: 5)
        defer { agents.stop() }
        settle(agents)
        let first = surge(world, agents)
        try world.restart(killing: number)
        let begin = MonotonicClock.now()
        agents.setBusy(200)
        let seconds = world.raise(above: 50, since: begin, within: .seconds(15))
        let isSoon = seconds.map { $0 <= 1.5 } ?? false
        return Self.all(
            (first.text, first.holds),
            (seconds.map { "again \(Self.number($0)) s after" } ?? "no raise again", isSoon),
            memory(world))
    }
}
