import Foundation
import Simulation

/// Draws, for each trace, overloaded seconds over task-hours as the knob of each policy goes from
/// thrifty to generous.
enum DecisionsFrontier {
    struct Panel {
        let title: String
        private(set) var curves: [(name: String, points: [(hours: Double, overloaded: Double)])] =
            []

        init(title: String) {
            self.title = title
        }

        mutating func add(_ name: String, _ outcome: Outcome) {
            let point = (outcome.taskHours, max(1, outcome.overloadedSeconds))
            if let index = curves.firstIndex(where: { $0.name == name }) {
                curves[index].points.append(point)
            } else {
                curves.append((name, [point]))
            }
        }
    }

    private static let panelWidth = 460.0
    private static let panelHeight = 300.0
    private static let colors = [
        "ours": "#d62728", "oracle": "#1a1a1a", "knative busy": "#1f77b4",
        "knative requestsPerSecond": "#6baed6", "hpa cpu": "#c7e9c0",
        "hpa requestsPerSecond": "#74c476", "hpa busy": "#238b45", "ecs-60s cpu": "#fdae6b",
        "ecs-60s requestsPerSecond": "#e6550d", "ecs-20s cpu": "#9467bd",
    ]

    static func svg(_ panels: [Panel]) -> String {
        let rows = Double((panels.count + 1) / 2)
        var svg = SVGWriter(width: 2 * panelWidth + 40, height: rows * panelHeight + 132)
        svg.text(
            20, 28, "Overloaded seconds over task-hours (down and left is better)", size: 18,
            bold: true)
        legend(panels, &svg)
        for (index, panel) in panels.enumerated() {
            let x = 20 + Double(index % 2) * panelWidth
            let y = 112 + Double(index / 2) * panelHeight
            draw(panel, x: x, y: y, &svg)
        }
        return svg.finished
    }

    private static func legend(_ panels: [Panel], _ svg: inout SVGWriter) {
        var x = 20.0
        var y = 50.0
        for curve in panels.first?.curves ?? [] {
            svg.rectangle(x, y, 14, 10, fill: colors[curve.name] ?? "#999999")
            svg.text(x + 18, y + 9, curve.name, size: 12)
            x += 230
            if x > 720 {
                x = 20
                y += 18
            }
        }
    }

    private static func draw(_ panel: Panel, x: Double, y: Double, _ svg: inout SVGWriter) {
        let (left, right, top, bottom) = (x + 56, x + panelWidth - 16, y + 26, y + panelHeight - 40)
        // What spends more than twice the least is of no interest.
        let ours = panel.curves.first { $0.name == "ours" }?.points.map(\.hours) ?? [1]
        let oracle = panel.curves.first { $0.name == "oracle" }?.points.map(\.hours) ?? ours
        let least = (oracle.min() ?? 1) * 0.95
        let most = max((ours.max() ?? 1) * 1.15, least * 1.5)
        let inside = panel.curves.map { curve in
            (curve.name, curve.points.filter { $0.hours >= least && $0.hours <= most })
        }
        let decades = max(1, log10(inside.flatMap(\.1).map(\.overloaded).max() ?? 10))
        func px(_ hours: Double) -> Double {
            left + (hours - least) / (most - least) * (right - left)
        }
        func py(_ seconds: Double) -> Double { bottom - log10(seconds) / decades * (bottom - top) }
        svg.text(x + 8, y + 14, panel.title, size: 14, bold: true)
        for decade in 0...Int(decades) {
            let line = py(pow(10, Double(decade)))
            svg.line(left, line, right, line, stroke: "#dddddd", width: 0.7)
            svg.text(
                left - 6, line + 4, decade == 0 ? "≤ 1 s" : "10^\(decade) s", size: 11,
                anchor: "end")
        }
        for tick in 0...4 {
            let hours = least + (most - least) * Double(tick) / 4
            svg.text(px(hours), bottom + 16, "\(Int(hours)) h", size: 11, anchor: "middle")
        }
        for (name, points) in inside {
            let color = colors[name] ?? "#999999"
            let places = points.sorted { $0.hours < $1.hours }.map {
                (px($0.hours), py($0.overloaded))
            }
            svg.polyline(places, stroke: color, width: name == "ours" ? 2.5 : 1.3)
            for place in places { svg.circle(place.0, place.1, radius: 2.5, fill: color) }
        }
    }
}
