import FargateLocal
import Foundation

/// The one service, as the aggregator's `GET /v1/services` shows it.
struct ServiceView {
    let desiredCount: Int?
    /// By the decision that is in force.
    let load: Double?
    /// Whose reports are fresh, by that decision.
    let tasks: Int?

    private struct Document: Decodable {
        struct Service: Decodable {
            struct Decision: Decodable {
                let load: Double
                let tasksLive: Int
            }
            let desiredCount: Int?
            let decision: Decision?
        }
        let services: [Service]
    }

    init(_ host: String, port: UInt16) throws {
        guard let answer = LoopbackClient.get(host, port: port, path: "/v1/services") else {
            throw BenchError("the aggregator does not answer")
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(answer.body.utf8))
        desiredCount = document.services.first?.desiredCount
        load = document.services.first?.decision?.load
        tasks = document.services.first?.decision?.tasksLive
    }
}
