/// People, pipelines and other programs that write the same count.
struct People: Sendable {
    private let script: Script
    private var done: Set<Int> = []
    private var setBackTo: Int?
    private var scaledAt = -1_000.0

    init(_ script: Script) {
        self.script = script
    }

    mutating func act(
        on ecs: inout ECSModel, work: Double, second: Double, _ dice: inout Dice
    ) {
        for (index, incident) in script.incidents.enumerated() {
            if incident.kind == .otherScaler, incident.isOn(second) {
                scale(&ecs, to: Int(work * incident.size) + 1, second)
            }
            if incident.kind == .setToZero, second >= incident.end, let count = setBackTo {
                ecs.set(desired: count)
                setBackTo = nil
            }
            guard second >= incident.begin, !done.contains(index) else { continue }
            done.insert(index)
            begin(incident, &ecs, &dice)
        }
    }

    private mutating func begin(_ incident: Incident, _ ecs: inout ECSModel, _ dice: inout Dice) {
        switch incident.kind {
        case .bump: ecs.set(desired: min(200, Int(Double(ecs.desired) * incident.size) + 1))
        case .lowerByHand where ecs.desired > 1:
            ecs.set(desired: max(1, Int(Double(ecs.desired) * incident.size)))
        case .setToZero where ecs.desired > 0:
            setBackTo = ecs.desired
            ecs.set(desired: 0)
        case .tasksDie: ecs.kill(Int(incident.size))
        case .rolling: ecs.deploy(.rolling, isBad: false, rollsBack: true, bake: 0)
        case .failedRolling:
            ecs.deploy(.rolling, isBad: true, rollsBack: incident.size > 0, bake: 0)
        case .blueGreen, .codeDeploy:
            ecs.deploy(
                incident.kind == .codeDeploy ? .codeDeploy : .blueGreen, isBad: false,
                rollsBack: true, bake: incident.end - incident.begin)
        default: break
        }
    }

    /// As target tracking with a cooldown of a minute does it.
    private mutating func scale(_ ecs: inout ECSModel, to count: Int, _ second: Double) {
        guard second - scaledAt >= 60, ecs.desired > 0, count != ecs.desired else { return }
        scaledAt = second
        ecs.set(desired: count)
    }
}
