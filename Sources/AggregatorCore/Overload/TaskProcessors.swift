import FoundationEssentials
import Transport

/// How many processors the task may use that this aggregator runs in, as ECS's task metadata says.
///
/// On Fargate the quota stands at the task's own cgroup, above the container's, which shows none,
/// and two processors are seen even where the task may use a quarter of one.
enum TaskProcessors {
    /// Source: "Task metadata endpoint version 4", `Limits.CPU` in vCPU.
    private struct Document: Decodable {
        struct Limits: Decodable {
            let cpu: Double?

            enum CodingKeys: String, CodingKey {
                case cpu = "CPU"
            }
        }

        let limits: Limits?

        enum CodingKeys: String, CodingKey {
            case limits = "Limits"
        }
    }

    /// `metadata` is the endpoint of this container; `nil` where the task has no limit.
    static func limit(_ metadata: String, _ http: HTTPClient) async throws -> Double? {
        var request = HTTPRequest(.get, metadata + "/task")
        request.answerBytesMax = AggregatorLimits.metadataBytesMax
        let response = try await http.send(request)
        guard response.status == 200 else {
            throw TransportError.answerBroken(detail: "status \(response.status)")
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(response.body))
        guard let cpu = document.limits?.cpu, cpu > 0 else { return nil }
        return cpu
    }
}
