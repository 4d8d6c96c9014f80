/// What subscribers of a topic get.
package struct SNSMessage: Equatable, Sendable {
    /// The subject of e-mails, made to fit SNS's rules by `fitting`.
    package var subject: String
    package var body: String
    /// What e-mails say instead of the body; not of FIFO topics, which send none.
    package var email: String?
    /// What subscriptions filter on; the names are letters, digits, `_`, `-` and `.`.
    package var attributes: [String: Attribute]

    package enum Attribute: Equatable, Sendable {
        case string(String)
        case number(Int)
    }

    package init(
        subject: String, body: String, email: String? = nil, attributes: [String: Attribute] = [:]
    ) {
        self.email = email
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

    /// An id as a FIFO topic takes it: visible ASCII, at most 128 characters.
    ///
    /// What does not fit keeps its beginning, for people, and ends in a digest of the whole, so
    /// that equal ids stay equal and different ones different.
    static func fittingID(_ id: String) -> String {
        let bytes = Array(id.utf8)
        let isTaken = { (byte: UInt8) in (0x21..<0x7F).contains(byte) }
        let countMax = AWSLimits.fifoIDCharactersMax
        guard bytes.count > countMax || !bytes.allSatisfy(isTaken) else { return id }
        let digest = String(fnv1a(bytes), radix: 16)
        let head = bytes.filter(isTaken).prefix(countMax - 17)
        return String(decoding: head, as: UTF8.self) + "." + digest
    }

    /// Source: Fowler, Noll, Vo: FNV-1a, 64 bits (RFC 9923).
    private static func fnv1a(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
