/// Writes the few elements of SVG 1.1 that our charts need.
package struct SVGWriter {
    private var body = ""
    private let width: Double
    private let height: Double

    package init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    package var finished: String {
        let size = "width=\"\(n(width))\" height=\"\(n(height))\""
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size)"
            + " viewBox=\"0 0 \(n(width)) \(n(height))\" font-family=\"sans-serif\">\n"
            + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\(body)</svg>\n"
    }

    package mutating func text(
        _ x: Double, _ y: Double, _ text: String, size: Double, bold: Bool = false,
        anchor: String = "start", fill: String = "#1a1a1a"
    ) {
        let weight = bold ? " font-weight=\"bold\"" : ""
        body +=
            "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\" text-anchor=\"\(anchor)\""
            + " fill=\"\(fill)\"\(weight)>\(escaped(text))</text>\n"
    }

    package mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String
    ) {
        body +=
            "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\""
            + " fill=\"\(fill)\"/>\n"
    }

    package mutating func circle(_ x: Double, _ y: Double, radius: Double, fill: String) {
        body += "<circle cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\" fill=\"\(fill)\"/>\n"
    }

    package mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String, width: Double
    ) {
        body +=
            "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\""
            + " stroke=\"\(stroke)\" stroke-width=\"\(n(width))\"/>\n"
    }

    package mutating func polyline(
        _ points: [(Double, Double)], stroke: String, width: Double, dashed: Bool = false
    ) {
        let dash = dashed ? " stroke-dasharray=\"5 3\"" : ""
        body +=
            "<polyline fill=\"none\" stroke=\"\(stroke)\" stroke-width=\"\(n(width))\"\(dash)"
            + " points=\"\(points.map { "\(n($0.0)),\(n($0.1))" }.joined(separator: " "))\"/>\n"
    }

    /// A line that holds each value until the next point.
    package mutating func steps(_ points: [(Double, Double)], stroke: String, width: Double) {
        var stepped: [(Double, Double)] = []
        for point in points {
            if let last = stepped.last, last.1 != point.1 { stepped.append((point.0, last.1)) }
            stepped.append(point)
        }
        polyline(stepped, stroke: stroke, width: width)
    }

    package mutating func area(_ points: [(Double, Double)], base: Double, fill: String) {
        guard let first = points.first, let last = points.last else { return }
        let outline = [(first.0, base)] + points + [(last.0, base)]
        body +=
            "<polygon fill=\"\(fill)\""
            + " points=\"\(outline.map { "\(n($0.0)),\(n($0.1))" }.joined(separator: " "))\"/>\n"
    }

    private func n(_ value: Double) -> String {
        Number.text(value)
    }

    private func escaped(_ text: String) -> String {
        text.map { character -> String in
            switch character {
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            default: String(character)
            }
        }.joined()
    }
}
