/// What a process has used, by `/proc` (proc(5)): `stat`, fields 14, 15 and 24, and `children`.
struct ProcessUsage {
    private(set) var cpuNanoseconds: UInt64 = 0
    private(set) var residentBytes: UInt64 = 0

    /// Clock ticks are hundredths of a second on every Linux that Swift runs on.
    private static let nanosecondsPerTick: UInt64 = 10_000_000
    private static let pageBytes: UInt64 = 4096

    /// `nil` when the process is gone.
    init?(processAndChildren id: Int32) {
        guard add(id) else { return nil }
        let children = (try? Files.read("/proc/\(id)/task/\(id)/children", what: "")) ?? ""
        for child in children.split(separator: " ").compactMap({ Int32($0) }) { _ = add(child) }
    }

    private mutating func add(_ id: Int32) -> Bool {
        guard let text = try? Files.read("/proc/\(id)/stat", what: ""),
            let end = text.lastIndex(of: ")")
        else { return false }
        // The name before may hold spaces; the first field after it is the third.
        let fields = text[end...].split(separator: " ").dropFirst().map { UInt64($0) ?? 0 }
        guard fields.count > 21 else { return false }
        cpuNanoseconds += (fields[11] + fields[12]) * Self.nanosecondsPerTick
        residentBytes += fields[21] * Self.pageBytes
        return true
    }
}
