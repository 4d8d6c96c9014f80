import CFargateLocal

/// A program this one has started, the leader of a process group of its own.
package struct ChildProcess: ~Copyable {
    package let id: pid_t
    /// `nil` while it runs.
    package private(set) var exitCode: Int32?
    private let guardian: Guardian

    /// Output and errors go to the end of `log`; `environment` is the whole environment; `network`
    /// is a descriptor of a network namespace, -1 for this machine's; `group` is the `cgroup.procs`
    /// of a control group.
    package init(
        path: String, arguments: [String], environment: [String: String], log: String,
        guardian: Guardian, network: Int32 = -1, group: String? = nil
    ) throws(FargateLocalError) {
        let output = fargate_open(log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard output >= 0 else { throw .cannotWrite(path: log, reason: systemReason()) }
        defer { close(output) }
        var surroundings = fargate_surroundings(output: output, network: network, group: -1)
        if let group {
            surroundings.group = fargate_open(group, O_WRONLY, 0)
            guard surroundings.group >= 0 else {
                throw .cannotWrite(path: group, reason: systemReason())
            }
        }
        defer { if surroundings.group >= 0 { close(surroundings.group) } }
        let pairs = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let started = withCStrings([path] + arguments) { arguments in
            withCStrings(pairs) { pairs in
                fargate_spawn(path, arguments, pairs, &surroundings)
            }
        }
        guard started > 0 else { throw .cannotSpawn(path: path, reason: systemReason()) }
        id = started
        self.guardian = guardian
        guardian.add(group: started)
    }

    deinit {
        guard exitCode == nil else { return }
        kill(-id, SIGKILL)
        waitpid(id, nil, 0)
        guardian.remove(group: id)
    }

    /// Sends a signal to the process alone; nothing happens once it has ended.
    package func signal(_ number: Int32) {
        if exitCode == nil { kill(id, number) }
    }

    /// Sends a signal to the process and all it has started.
    package func signalGroup(_ number: Int32) {
        if exitCode == nil { kill(-id, number) }
    }

    /// Looks whether it has ended; what it left behind in its group is then killed.
    package mutating func hasEnded() -> Bool {
        if exitCode != nil { return true }
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return false }
        exitCode = fargate_exit_code(status)
        kill(-id, SIGKILL)
        guardian.remove(group: id)
        return true
    }

    /// Waits for its end up to the limit, then kills the group; gives the exit code.
    package mutating func end(within limit: Duration) -> Int32 {
        let rounds = Int(limit / .milliseconds(5))
        for _ in 0..<rounds where !hasEnded() { usleep(5000) }
        signalGroup(SIGKILL)
        while !hasEnded() { usleep(1000) }
        return exitCode ?? -1
    }
}

/// Lends the strings as a C array that ends with NULL.
private func withCStrings<Result>(
    _ strings: [String], _ use: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return use(copies + [nil])
}
