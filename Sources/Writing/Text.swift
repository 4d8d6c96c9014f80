/// Joins pieces to a text; interpolation does the same with five times the code, in the agent that
/// ships.
package final class Text {
    private var bytes: [UInt8] = []

    @inline(never)
    package init(_ first: StaticString) {
        add(first)
    }

    @inline(never) @discardableResult
    package func add(_ text: StaticString) -> Text {
        for index in 0..<text.utf8CodeUnitCount { bytes.append(text.utf8Start[index]) }
        return self
    }

    @inline(never) @discardableResult
    package func add(_ text: String) -> Text {
        bytes.append(contentsOf: text.bytes)
        return self
    }

    @inline(never) @discardableResult
    package func add(_ number: Int) -> Text {
        var json = JSONWriter()
        json.integer(number)
        bytes.append(contentsOf: json.bytes)
        return self
    }

    /// Three digits behind the point.
    @inline(never) @discardableResult
    package func add(thousandths value: Double, width: Int) -> Text {
        var json = JSONWriter()
        json.thousandths(of: value)
        add(spaces: width - json.bytes.count)
        bytes.append(contentsOf: json.bytes)
        return self
    }

    @inline(never) @discardableResult
    package func add(spaces count: Int) -> Text {
        for _ in 0..<max(0, count) { bytes.append(0x20) }
        return self
    }

    package var utf8: [UInt8] { bytes }

    @inline(never)
    package var string: String { String(bytes: bytes) }
}
