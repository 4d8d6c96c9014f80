import CFargateLocal
import FoundationEssentials
import Synchronization

/// The names of what a run makes in the kernel: `fl-PID-N`, both hexadecimal; with the number of a
/// task they still fit the 15 characters of a network link.
enum RunName {
    private static let count = Atomic<Int>(0)
    private static let prefix = "fl-"

    /// Of one run in this process; there may be several.
    static func next() -> String {
        let number = count.add(1, ordering: .relaxed).oldValue % 256
        return prefix + String(getpid(), radix: 16) + "-" + String(number, radix: 16)
    }

    /// Removes what runs have left that were killed.
    static func removeLeftovers(_ ip: IPCommand) {
        for link in abandoned(in: "/sys/class/net") {
            // Another run may be just as fast.
            try? ip.run(["link delete \(link)"])
        }
        for controller in CPUGroups.controllers {
            for group in abandoned(in: controller.path) {
                CPUGroups.remove("\(controller.path)/\(group)")
            }
        }
    }

    private static func abandoned(in directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { name in
            guard let process = process(name) else { return false }
            return kill(process, 0) != 0 && fargate_errno() == ESRCH
        }
    }

    /// `nil` when the name is none of ours.
    static func process(_ name: String) -> pid_t? {
        guard name.hasPrefix(prefix) else { return nil }
        let parts = name.dropFirst(prefix.count).split(
            separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, Int(parts[1], radix: 16) != nil,
            let process = pid_t(parts[0], radix: 16), process > 0
        else { return nil }
        return process
    }
}
