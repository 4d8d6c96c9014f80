/// A number for a person: at most one decimal, none when it is whole.
func text(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    if value != 0 && abs(value) < 0.05 { return "\(value)" }
    let tenths = Int64((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let magnitude = tenths.magnitude
    return magnitude % 10 == 0
        ? "\(sign)\(magnitude / 10)" : "\(sign)\(magnitude / 10).\(magnitude % 10)"
}

/// "1 task", "3 tasks".
func tasks(_ count: Int) -> String {
    count == 1 ? "1 task" : "\(count) tasks"
}
