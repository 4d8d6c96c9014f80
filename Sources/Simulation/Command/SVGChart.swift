/// Draws a run of each policy, one panel below the other, with the same axes.
package enum SVGChart {
    private static let width = 960.0
    private static let panelHeight = 140.0
    private static let left = 64.0
    private static let right = 24.0
    private static let top = 64.0
    private static let gap = 48.0

    package static func svg(_ result: SimulateCommand.Result) -> String {
        let samples = result.entries.flatMap(\.samples)
        let highest = samples.map { max($0.demandMax, Double($0.running)) }
        // One panel that runs away must not flatten the others.
        let ours = result.entries[0].samples.map { max($0.demandMax, Double($0.running)) }
        let most = max(1, min(highest.max() ?? 1, (ours.max() ?? 1) * 1.5))
        let height = top + Double(result.entries.count) * (panelHeight + gap) + 24
        var svg = SVGWriter(width: width, height: height)
        svg.text(
            left, 26, "\(result.workload): load and tasks of each policy", size: 18, bold: true)
        legend(&svg)
        for (index, entry) in result.entries.enumerated() {
            let y = top + Double(index) * (panelHeight + gap) + 14
            panel(entry, seconds: result.seconds, most: most, y: y, &svg)
        }
        return svg.finished
    }

    private static func legend(_ svg: inout SVGWriter) {
        let entries = [
            ("#9ecae1", "load, in tasks"), ("#d62728", "load above the running tasks"),
            ("#1a1a1a", "running tasks"), ("#2ca02c", "desired count"),
        ]
        var x = left
        for (color, text) in entries {
            svg.rectangle(x, 38, 14, 10, fill: color)
            svg.text(x + 20, 47, text, size: 12)
            x += 40 + Double(text.count) * 7
        }
    }

    private static func panel(
        _ entry: SimulateCommand.Entry, seconds: Double, most: Double, y: Double,
        _ svg: inout SVGWriter
    ) {
        func px(_ second: Double) -> Double { left + second / seconds * (width - left - right) }
        func py(_ tasks: Double) -> Double { y + panelHeight * (1 - min(1, tasks / most)) }
        let outcome = entry.outcome
        let numbers =
            "\(Number.text(outcome.taskHours)) task-hours, overloaded"
            + " \(Number.text(outcome.overloadedSeconds)) s,"
            + " \(Number.text(outcome.delayedShare * 100, digits: 2)) % delayed,"
            + " \(outcome.starts) starts"
        svg.text(left, y - 6, entry.name, size: 13, bold: true)
        svg.text(
            left + 130, y - 6, numbers + (entry.note.isEmpty ? "" : " (\(entry.note))"), size: 12)
        axes(seconds: seconds, most: most, y: y, &svg)
        let samples = entry.samples
        svg.area(samples.map { (px($0.second), py($0.demandMax)) }, base: py(0), fill: "#9ecae1")
        for sample in samples where sample.demandMax > Double(sample.running) {
            svg.line(
                px(sample.second), py(sample.demandMax), px(sample.second),
                py(Double(sample.running)), stroke: "#d62728", width: 1.4)
        }
        svg.steps(
            samples.map { (px($0.second), py(Double($0.desired))) }, stroke: "#2ca02c", width: 1)
        svg.steps(
            samples.map { (px($0.second), py(Double($0.running))) }, stroke: "#1a1a1a", width: 1.4)
    }

    private static func axes(
        seconds: Double, most: Double, y: Double, _ svg: inout SVGWriter
    ) {
        for share in [0.0, 0.5, 1] {
            let line = y + panelHeight * (1 - share)
            svg.line(left, line, width - right, line, stroke: "#cccccc", width: 0.7)
            svg.text(
                left - 8, line + 4, Number.text(most * share, digits: most < 10 ? 1 : 0),
                size: 11, anchor: "end")
        }
        for tick in 0...6 {
            let second = seconds * Double(tick) / 6
            let x = left + Double(tick) / 6 * (width - left - right)
            svg.text(
                x, y + panelHeight + 14, hours(second, of: seconds), size: 11, anchor: "middle")
        }
    }

    private static func hours(_ second: Double, of seconds: Double) -> String {
        seconds < 7_200
            ? "\(Number.text(second / 60)) min"
            : seconds < 400_000
                ? "\(Number.text(second / 3600)) h" : "\(Number.text(second / 86_400)) d"
    }
}
