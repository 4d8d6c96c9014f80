/// Finds the text of single elements in AWS's XML answers, which need no more of XML.
struct XMLText {
    private let text: String

    init(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// The text of the first element of this name that holds text only; entities are resolved.
    func first(_ name: String) -> String? {
        guard let open = text.range(of: "<\(name)>"),
            let close = text.range(of: "</\(name)>", after: open.upperBound)
        else { return nil }
        let content = text[open.upperBound..<close.lowerBound]
        return content.contains("<") ? nil : Self.resolved(content)
    }

    private static func resolved(_ content: Substring) -> String {
        var result = ""
        var rest = content
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            guard let end = rest.prefix(12).firstIndex(of: ";") else { break }
            result += entity(rest[rest.index(after: start)..<end]) ?? String(rest[...end])
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func entity(_ name: Substring) -> String? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let number =
                name.hasPrefix("#x")
                ? UInt32(name.dropFirst(2), radix: 16)
                : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
            return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
        }
    }
}

extension String {
    fileprivate func range(of needle: String, after start: Index? = nil) -> Range<Index>? {
        self[(start ?? startIndex)...].firstRange(of: needle)
    }
}
