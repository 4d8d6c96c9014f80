/// What subscribers of a topic get.
package struct SNSMessage: Equatable, Sendable {
    /// The subject of e-mails, made to fit SNS's rules by `fitting`.
    package var subject: String
    package var body: String
    /// What subscriptions filter on; the names are letters, digits, `_`, `-` and `.`.
    package var attributes: [String: Attribute]

    package enum Attribute: Equatable, Sendable {
        case string(String)
        case number(Int)
    }

    package init(subject: String, body: String, attributes: [String: Attribute] = [:]) {
        self.subject = Self.fitting(subject)
        self.body = body
        self.attributes = attributes
    }

    /// ASCII without control characters, beginning with a letter, a digit or punctuation, at most
    /// 100 characters: SNS refuses everything else.
    static func fitting(_ subject: String) -> String {
        var line = ""
        for scalar in subject.unicodeScalars {
            switch scalar.value {
            case 0x20..<0x7F: line.unicodeScalars.append(scalar)
            case 0..<0x20, 0x7F: line += " "
            case 0x2192: line += "->"
            default: line += "?"
            }
        }
        line = String(line.drop { $0 == " " })
        guard line.count > AWSLimits.subjectCharactersMax else { return line }
        return line.prefix(AWSLimits.subjectCharactersMax - 3) + "..."
    }
}
