import Foundation
import Glibc
import Platform

/// A program that a test started; it and everything it started ends with `end`, or with this
/// object.
///
/// Standard output and standard error go to one file, so that the program never waits for a reader.
package final class TestProcess: Sendable {
    package enum Exit: Equatable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    package let pid: pid_t
    private let outputPath: String
    private let exit = Lock<Exit?>(nil)

    /// Starts `program` (found on the PATH when it has no slash) in a process group of its own.
    ///
    /// The environment is this process's, with `environment` on top; a `nil` value removes a name.
    package init(
        _ program: String, _ arguments: [String] = [], environment: [String: String?] = [:]
    ) throws(TestFailure) {
        outputPath = TemporaryDirectory.uniquePath("output")
        pid = try Self.spawn(
            program, arguments, environment: Self.merged(environment), outputPath: outputPath)
    }

    deinit {
        end()
        unlink(outputPath)
    }

    /// What the program wrote so far.
    package var output: String {
        guard let data = FileManager.default.contents(atPath: outputPath) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// How it ended; `nil` while it runs.
    package var ended: Exit? {
        exit.withLock { exit in
            if exit != nil { return exit }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            let signal = status & 0x7F
            exit = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
            return exit
        }
    }

    /// Sends a signal to the program alone.
    package func signal(_ number: Int32) {
        exit.withLock { exit in
            // Under the lock and not yet reaped, the id still is this program's.
            if exit == nil { _ = kill(pid, number) }
        }
    }

    /// Waits until it ended.
    package func exit(within span: Duration = .seconds(10)) async throws -> Exit {
        try await eventually("\(pid) ends", within: span) { self.ended != nil }
        guard let ended else { throw TestFailure("\(pid) runs again") }
        return ended
    }

    /// Waits until the program wrote this.
    package func output(contains text: String, within span: Duration = .seconds(10)) async throws {
        try await eventually("output has “\(text)”: \(output)", within: span) {
            self.output.contains(text)
        }
    }

    /// SIGTERM, two seconds of grace, then SIGKILL to the whole group.
    package func end() {
        signal(SIGTERM)
        for _ in 0..<200 {
            if ended != nil { break }
            usleep(10_000)
        }
        signal(SIGKILL)
        // Children that outlived the program; the group's id is not reused while one of them lives.
        _ = kill(-pid, SIGKILL)
        while ended == nil { usleep(1_000) }
    }

    private static func merged(_ changes: [String: String?]) -> [String] {
        var environment = ProcessInfo.processInfo.environment
        for (name, value) in changes { environment[name] = value }
        return environment.map { "\($0.key)=\($0.value)" }
    }

    private static func spawn(
        _ program: String, _ arguments: [String], environment: [String], outputPath: String
    ) throws(TestFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, program, &actions, &attributes, &argv, &envp)
        guard code == 0 else {
            throw TestFailure("\(program) not started: \(String(cString: strerror(code)))")
        }
        return pid
    }
}
