/// Exact sums over the tasks that count, one for each group.
struct FleetSums: Sendable {
    struct Cell: Sendable {
        var tasks = 0
        var load = TaskLoad()

        static func += (left: inout Cell, right: Cell) {
            left.tasks += right.tasks
            left.load += right.load
        }
    }

    private var cells = [Cell](repeating: Cell(), count: 2 * TaskGroup.cellsPerHalf)
    private(set) var newcomers = 0
    private(set) var established = 0

    mutating func add(_ load: TaskLoad, to group: TaskGroup) {
        cells[group.cell].tasks += 1
        cells[group.cell].load += load
        if group.isNewcomer { newcomers += 1 } else { established += 1 }
    }

    mutating func remove(_ load: TaskLoad, from group: TaskGroup) {
        cells[group.cell].tasks -= 1
        cells[group.cell].load -= load
        if group.isNewcomer { newcomers -= 1 } else { established -= 1 }
    }

    /// The same task, with other numbers: what happens with nearly each report.
    mutating func replace(_ before: TaskLoad, with after: TaskLoad, in group: TaskGroup) {
        cells[group.cell].load -= before
        cells[group.cell].load += after
    }

    /// Tasks that serve, and do not drain.
    func serving(newcomersCount: Bool) -> Int {
        let draining = TaskGroup.Role.draining.rawValue * TaskGroup.Word.allCases.count
        var tasks = 0
        for half in 0..<(newcomersCount ? 2 : 1) {
            let first = half * TaskGroup.cellsPerHalf
            for index in first..<(first + draining) { tasks += cells[index].tasks }
        }
        return tasks
    }

    /// The sums by word and by role, without the newcomers where these do not count.
    func grouped(newcomersCount: Bool) -> Grouped {
        var grouped = Grouped()
        let count = newcomersCount && newcomers > 0 ? cells.count : TaskGroup.cellsPerHalf
        for index in 0..<count where cells[index].tasks > 0 {
            let inHalf = index % TaskGroup.cellsPerHalf
            grouped.add(cells[index], role: inHalf / 3, word: inHalf % 3)
        }
        return grouped
    }

    struct Grouped {
        var plain = Cell()
        var loud = Cell()
        var saturated = Cell()
        var mature = Cell()
        var young = Cell()
        var draining = Cell()

        var all: TaskLoad {
            var sum = mature.load
            sum += young.load
            sum += draining.load
            return sum
        }

        fileprivate mutating func add(_ cell: Cell, role: Int, word: Int) {
            switch word {
            case 0: plain += cell
            case 1: loud += cell
            default: saturated += cell
            }
            switch role {
            case 0: mature += cell
            case 1: young += cell
            default: draining += cell
            }
        }
    }
}
