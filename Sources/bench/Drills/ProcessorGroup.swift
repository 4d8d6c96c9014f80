import Foundation

/// A cgroup that gives a part of a processor, as a container's quota does (version 1 or 2).
final class ProcessorGroup {
    private let path: String

    init(millisecondsInHundred milliseconds: Int) throws {
        let isFirst = FileManager.default.fileExists(atPath: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us")
        path =
            (isFirst ? "/sys/fs/cgroup/cpu" : "/sys/fs/cgroup")
            + "/drill-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        guard mkdir(path, 0o755) == 0 else {
            throw MeasurementError.missing(what: "a cgroup", advice: "run it as root")
        }
        if isFirst {
            try "\(milliseconds * 1000)".write(
                toFile: path + "/cpu.cfs_quota_us", atomically: false, encoding: .utf8)
        } else {
            try "\(milliseconds * 1000) 100000".write(
                toFile: path + "/cpu.max", atomically: false, encoding: .utf8)
        }
    }

    deinit { rmdir(path) }

    /// Runs the command that follows within the group, which it sees as a container sees its own.
    var wrapper: [String] {
        let script = """
            echo $$ > \(path)/cgroup.procs && (mount --bind \(path) /sys/fs/cgroup/cpu || true) && exec "$@"
            """
        return ["unshare", "-m", "sh", "-c", script, "sh"]
    }
}
