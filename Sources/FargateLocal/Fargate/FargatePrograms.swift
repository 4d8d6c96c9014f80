import Platform

/// The programs and files that tasks are made of.
package struct FargatePrograms: Sendable {
    package var nginx: String
    /// This program, for its `backend` command.
    package var fargateLocal: String
    /// `nil` for tasks without an agent.
    package var agent: String?
    /// The directory with `templates/default.conf.template`.
    package var nginxDirectory: String

    /// What is at hand: nginx by PATH, `nginx/` of this repository, the agent as `make agent`
    /// builds it, or else next to this program.
    package static func found() -> FargatePrograms {
        let own = Files.ownDirectory()
        let embedded = ".build/agent/agent"
        return FargatePrograms(
            nginx: find("nginx"), fargateLocal: "\(own)/fargate-local",
            agent: Files.isExecutable(embedded) ? embedded : "\(own)/agent",
            nginxDirectory: "nginx")
    }

    /// The program's path; in the usual places too, which the PATH of a user may lack.
    package static func find(_ name: String) -> String {
        let directories =
            (Environment.value("PATH") ?? "").split(separator: ":").map(String.init)
            + ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/sbin"]
        return directories.map { "\($0)/\(name)" }.first(where: Files.isExecutable)
            ?? "/usr/sbin/\(name)"
    }

    /// Checks that everything is there, and gives the template.
    func template() throws(FargateLocalError) -> String {
        let programs = [("nginx", nginx), ("fargate-local", fargateLocal)]
        for (what, path) in programs + (agent.map { [("the agent", $0)] } ?? [])
        where !Files.isExecutable(path) {
            throw .missingFile(what: what, path: path)
        }
        return try Files.read(
            "\(nginxDirectory)/templates/default.conf.template", what: "the template of nginx")
    }
}
