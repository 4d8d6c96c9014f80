import Platform

/// How many processors this process may use: a container's quota, or all that are there.
enum Processors {
    /// Source: cgroups(7); `cpu.max` of version 2, `cpu.cfs_quota_us` of version 1.
    static func available() -> Double {
        let all = Double(online() ?? 1)
        return min(all, quota() ?? all)
    }

    private static func quota() -> Double? {
        if let text = text("/sys/fs/cgroup/cpu.max") {
            let parts = text.split { $0 == " " || $0 == "\n" }
            guard parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]),
                quota > 0, period > 0
            else { return nil }
            return quota / period
        }
        guard let quota = number("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), quota > 0,
            let period = number("/sys/fs/cgroup/cpu/cpu.cfs_period_us"), period > 0
        else { return nil }
        return quota / period
    }

    private static func online() -> Int? {
        guard let status = text("/proc/self/status"),
            let line = status.split(separator: "\n").first(where: {
                $0.hasPrefix("Cpus_allowed:")
            })
        else { return nil }
        // A mask in hexadecimal, in groups parted by commas.
        let bits = line.dropFirst("Cpus_allowed:".count)
            .compactMap { $0.hexDigitValue?.nonzeroBitCount }.reduce(0, +)
        return bits > 0 ? bits : nil
    }

    private static func number(_ path: String) -> Double? {
        text(path).flatMap { Double($0.prefix { $0 != "\n" }) }
    }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? TextFile.read(path, bytesMax: 64 * 1024) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
