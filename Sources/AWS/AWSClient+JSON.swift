import FoundationEssentials

extension AWSClient {
    /// Makes a call whose parameters and answer are JSON.
    func send<Output: Decodable>(
        _ call: AWSCall, json input: some Encodable
    ) async throws(AWSError) -> Output {
        var call = call
        do {
            call.body = try Array(JSONEncoder().encode(input))
        } catch {
            throw .requestInvalid(operation: call.operation, detail: "the parameters are no JSON")
        }
        let answer = try await send(call)
        do {
            return try JSONDecoder().decode(Output.self, from: Data(answer))
        } catch let error as DecodingError {
            throw .answerInvalid(operation: call.operation, detail: error.place)
        } catch {
            throw .answerInvalid(operation: call.operation, detail: "no JSON")
        }
    }
}

extension Array {
    /// Parts of at most `count` elements, in order.
    func chunks(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { start in
            Array(self[start..<Swift.min(start + count, self.count)])
        }
    }
}

extension DecodingError {
    /// What is wrong and where; the value itself stays out of logs.
    fileprivate var place: String {
        switch self {
        case .keyNotFound(let key, let context): "no \(Self.path(context.codingPath + [key]))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(Self.path(context.codingPath)) is of another type"
        default: "no JSON"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map(\.stringValue).joined(separator: ".")
    }
}
