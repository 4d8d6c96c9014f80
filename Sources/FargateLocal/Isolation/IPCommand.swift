import CFargateLocal

/// Runs `ip` of iproute2.
struct IPCommand: Sendable {
    let path: String
    let directory: String
    let guardian: Guardian

    private static let limit = Duration.seconds(5)

    /// Each line is one command; the first that fails ends it.
    func run(_ lines: [String], network: Int32 = -1) throws(FargateLocalError) {
        let batch = "\(directory)/ip.batch"
        let log = "\(directory)/ip.log"
        try Files.write(lines.map { "\($0)\n" }.joined(), to: batch)
        try Files.write("", to: log)
        var process = try ChildProcess(
            path: path, arguments: ["-batch", batch], environment: [:], log: log,
            guardian: guardian, network: network)
        guard process.end(within: Self.limit) == 0 else {
            let said = try Files.read(log, what: "the output of ip").split(separator: "\n").first
            throw .notAllowed(what: "ip \(lines[0])", reason: said.map(String.init) ?? "no reason")
        }
    }
}
