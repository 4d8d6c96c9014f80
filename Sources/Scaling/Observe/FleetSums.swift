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
    ///
    /// For the moment that a task is a newcomer, its word counts for no more than the mean of those
    /// that are known: whoever invents a task each second would else order tasks for each. While
    /// the service itself is new, all are.
    func grouped(newcomersCount: Bool, isNew: Bool) -> Grouped {
        var grouped = Grouped()
        for index in 0..<TaskGroup.cellsPerHalf where cells[index].tasks > 0 {
            grouped.add(cells[index], role: index / 3, word: index % 3)
        }
        guard newcomersCount, newcomers > 0 else { return grouped }
        let known = isNew ? 0 : grouped.mature.tasks + grouped.young.tasks
        var sum = grouped.mature.load
        sum += grouped.young.load
        for index in 0..<TaskGroup.cellsPerHalf {
            var cell = cells[TaskGroup.cellsPerHalf + index]
            guard cell.tasks > 0 else { continue }
            let (role, word) = (index / 3, index % 3)
            let isBounded = known > 0 && word != TaskGroup.Word.saturated.rawValue
            if isBounded { cell.load.bound(tasks: cell.tasks, by: sum, of: known) }
            grouped.add(cell, role: role, word: isBounded ? 0 : word)
        }
        return grouped
    }

    struct Grouped {
        var plain = Cell()
        /// Of the plain ones, those that serve: what drains says nothing of what arrives.
        var neighbours = Cell()
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
            case 0:
                plain += cell
                if role < 2 { neighbours += cell }
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
