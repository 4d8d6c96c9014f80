import CFargateLocal

/// Keeps tasks apart as Fargate does: each has its network and CPU, where this machine allows it.
///
/// Everything it makes carries the name of the run, `RunName`; the next run removes what a killed
/// one has left.
final class Isolation: Sendable {
    private let network: BridgeNetwork?
    private let cpu: CPUGroups?
    private let vCPU: Double

    /// `refused` gets one line when a part is not allowed here; tasks then share that part.
    init(
        vCPU: Double, _ ip: IPCommand, refused: (String) -> Void
    ) {
        let name = RunName.next()
        RunName.removeLeftovers(ip)
        self.vCPU = vCPU
        var reasons: [String] = []
        do {
            network = try BridgeNetwork(name: name, ip)
        } catch {
            network = nil
            reasons.append("tasks share this machine's network (\(error))")
        }
        do {
            cpu = try CPUGroups(name: name)
        } catch {
            cpu = nil
            reasons.append("tasks are not limited to \(vCPU) vCPU (\(error))")
        }
        if !reasons.isEmpty { refused(reasons.joined(separator: "; ")) }
    }

    /// This machine's address, as tasks reach it; `nil` when they share its network.
    var hostAddress: String? { network?.address }

    var limitsCPU: Bool { cpu != nil }

    func makeSandbox(task id: String) throws(FargateLocalError) -> TaskSandbox {
        let place = try network?.makePlace()
        do {
            let group = try cpu?.makeGroup(task: id, vCPU: vCPU)
            return TaskSandbox(place, group)
        } catch {
            if let place {
                close(place.network)
                network?.free(place)
            }
            throw error
        }
    }

    /// Once its processes have ended.
    func remove(_ sandbox: TaskSandbox) {
        if let place = sandbox.place { network?.free(place) }
        sandbox.group?.remove()
    }

    /// Once all tasks have ended.
    func remove() {
        network?.remove()
        cpu?.remove()
    }
}

/// What one task has for itself.
package final class TaskSandbox: Sendable {
    let place: BridgeNetwork.Place?
    package let group: CPUGroup?

    init(_ place: BridgeNetwork.Place? = nil, _ group: CPUGroup? = nil) {
        self.place = place
        self.group = group
    }

    deinit {
        if let place { close(place.network) }
    }

    /// A descriptor of its network namespace, -1 for this machine's.
    var network: Int32 { place?.network ?? -1 }

    /// Where this machine reaches it.
    package var address: String { place?.address ?? "127.0.0.1" }
}
