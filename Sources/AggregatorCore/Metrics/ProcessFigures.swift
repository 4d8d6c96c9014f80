import Platform

/// What Linux says of this process, under the names that Prometheus' client libraries use.
struct ProcessFigures {
    var cpuSeconds: Double
    var residentBytes: Int
    var startTimeSeconds: Double

    /// `nil` where /proc is not readable.
    ///
    /// Source: proc(5), /proc/[pid]/stat and /proc/stat; clock ticks are 1/100 s and pages 4 KiB or
    /// more, given by statm in pages.
    static func read() -> ProcessFigures? {
        guard let stat = fields("/proc/self/stat"), stat.count > 21,
            let user = Double(stat[11]), let system = Double(stat[12]),
            let start = Double(stat[19]), let boot = bootTimeSeconds(),
            let resident = residentBytes()
        else { return nil }
        return ProcessFigures(
            cpuSeconds: (user + system) / ticksPerSecond, residentBytes: resident,
            startTimeSeconds: boot + start / ticksPerSecond)
    }

    private static let ticksPerSecond = 100.0

    /// The fields behind the command's name, which may hold spaces.
    private static func fields(_ path: String) -> [Substring]? {
        guard let text = text(path), let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private static func residentBytes() -> Int? {
        guard let status = text("/proc/self/status") else { return nil }
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            let digits = line.filter { $0.isNumber }
            return Int(digits).map { $0 * 1024 }
        }
        return nil
    }

    private static func bootTimeSeconds() -> Double? {
        guard let stat = text("/proc/stat") else { return nil }
        for line in stat.split(separator: "\n") where line.hasPrefix("btime ") {
            return Double(line.dropFirst("btime ".count))
        }
        return nil
    }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? TextFile.read(path, bytesMax: 256 * 1024) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
