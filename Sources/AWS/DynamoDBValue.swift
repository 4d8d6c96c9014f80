import FoundationEssentials

/// An attribute of an item, of the types that are used here.
///
/// On the wire `{"S":"text"}`, `{"N":"7"}`, `{"B":"base64"}` (DynamoDB API Reference,
/// AttributeValue).
package enum DynamoDBValue: Equatable, Sendable, Codable {
    case text(String)
    case number(Int64)
    case bytes([UInt8])

    private enum CodingKeys: String, CodingKey {
        case text = "S"
        case number = "N"
        case bytes = "B"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try container.decodeIfPresent(String.self, forKey: .text) {
            self = .text(text)
        } else if let digits = try container.decodeIfPresent(String.self, forKey: .number) {
            guard let number = Int64(digits) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .number, in: container, debugDescription: "no whole number")
            }
            self = .number(number)
        } else {
            self = .bytes(Array(try container.decode(Data.self, forKey: .bytes)))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let text): try container.encode(text, forKey: .text)
        case .number(let number): try container.encode("\(number)", forKey: .number)
        case .bytes(let bytes): try container.encode(Data(bytes), forKey: .bytes)
        }
    }

    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var number: Int64? { if case .number(let number) = self { number } else { nil } }
    package var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
}

package typealias DynamoDBItem = [String: DynamoDBValue]

/// When a write is done: an expression over the item as it is, with `:names` for values. Names of
/// attributes must be none of DynamoDB's reserved words.
package struct DynamoDBCondition: Sendable {
    package var expression: String
    package var values: [String: DynamoDBValue]

    package init(_ expression: String, _ values: [String: DynamoDBValue] = [:]) {
        self.expression = expression
        self.values = values
    }
}
