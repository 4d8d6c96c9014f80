import CFargateLocal
import FoundationEssentials

/// Control groups that limit the CPU of tasks (cgroups(7)), of whichever version this machine has.
struct CPUGroups: Sendable {
    enum Version {
        case one, two
    }

    /// Where a controller of the CPU may be.
    static let controllers: [(path: String, version: Version)] = [
        ("/sys/fs/cgroup", .two), ("/sys/fs/cgroup/cpu", .one),
        ("/sys/fs/cgroup/cpu,cpuacct", .one),
    ]

    private let directory: String
    private let version: Version

    init(name: String) throws(FargateLocalError) {
        guard let controller = Self.controllers.first(where: Self.isHere) else {
            throw .notAllowed(what: "a CPU group", reason: "no CPU controller is mounted")
        }
        directory = "\(controller.path)/\(name)"
        version = controller.version
        if version == .two { try Self.delegate(controller.path) }
        try Files.makeDirectory(directory)
        do {
            if version == .two { try Self.delegate(directory) }
        } catch {
            Self.remove(directory)
            throw error
        }
    }

    private static func isHere(_ controller: (path: String, version: Version)) -> Bool {
        switch controller.version {
        case .one:
            access("\(controller.path)/cpu.cfs_quota_us", F_OK) == 0
                || access("\(controller.path)/cpu.shares", F_OK) == 0
        case .two:
            (try? Files.read("\(controller.path)/cgroup.controllers", what: ""))?
                .split { $0 == " " || $0 == "\n" }.contains("cpu") ?? false
        }
    }

    /// Lets the groups below have limits of their own.
    private static func delegate(_ path: String) throws(FargateLocalError) {
        try Files.write("+cpu", to: "\(path)/cgroup.subtree_control")
    }

    /// A group of this size, with an equal part for each container when they compete.
    func makeGroup(task id: String, vCPU: Double) throws(FargateLocalError) -> CPUGroup {
        let group = CPUGroup(directory: "\(directory)/\(id)", version: version)
        try Files.makeDirectory(group.directory)
        do {
            try group.limit(to: vCPU)
            if version == .two { try Self.delegate(group.directory) }
            for container in TaskContainer.allCases {
                try Files.makeDirectory("\(group.directory)/\(container.rawValue)")
            }
            return group
        } catch {
            Self.remove(group.directory)
            throw error
        }
    }

    func remove() {
        Self.remove(directory)
    }

    private static let removals = 50

    /// With all groups below; what a process is in for a moment longer is tried again.
    static func remove(_ directory: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names {
            // The controller's files are no directories, and go with theirs.
            if rmdir("\(directory)/\(name)") != 0, fargate_errno() != ENOTDIR {
                remove("\(directory)/\(name)")
            }
        }
        for _ in 0..<removals where rmdir(directory) != 0 && fargate_errno() == EBUSY {
            usleep(2000)
        }
    }
}

/// The CPU group of one task.
package struct CPUGroup: Sendable {
    let directory: String
    let version: CPUGroups.Version

    private static let periodUs = 100_000

    /// The whole task, or one of its containers within that; `nil` lifts the limit.
    func limit(to vCPU: Double?, container: String? = nil) throws(FargateLocalError) {
        let place = container.map { "\(directory)/\($0)" } ?? directory
        let quotaUs = vCPU.map { Int($0 * Double(Self.periodUs)) }
        switch version {
        case .one:
            try Files.write("\(Self.periodUs)", to: "\(place)/cpu.cfs_period_us")
            try Files.write("\(quotaUs ?? -1)", to: "\(place)/cpu.cfs_quota_us")
        case .two:
            let quota = quotaUs.map { "\($0)" } ?? "max"
            try Files.write("\(quota) \(Self.periodUs)", to: "\(place)/cpu.max")
        }
    }

    /// The file that takes a process into a container's part.
    func processes(of container: TaskContainer) -> String {
        "\(directory)/\(container.rawValue)/cgroup.procs"
    }

    func remove() {
        CPUGroups.remove(directory)
    }
}
