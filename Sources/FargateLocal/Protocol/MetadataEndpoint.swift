import HTTPServer

/// Task metadata v4, as ECS serves it at `${ECS_CONTAINER_METADATA_URI_V4}`: `/v4/ID` for the
/// asking container, `/v4/ID/task`, `/v4/ID/stats` and `/v4/ID/task/stats`.
struct MetadataEndpoint: Sendable {
    let store: FargateStore

    static let pathPrefix = "/v4/"

    func answer(path: String) -> HTTPResponse {
        let parts = path.dropFirst(Self.pathPrefix.count).split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let found = store.state.withLock { state in
            state.tasks[String(parts[0])].map { ($0, state.settings) }
        }
        guard let (task, settings) = found, task.status != .stopped else {
            return HTTPResponse(status: 404, text: "no such task")
        }
        let document = MetadataDocument(task: task, settings: settings)
        let body =
            switch parts.count == 2 ? parts[1] : "" {
            case "": JSON.encode(document.container(.agent))
            case "task": JSON.encode(document.task())
            case "stats": JSON.encode(document.stats(.agent))
            case "task/stats": JSON.encode(document.stats())
            default: JSON.encode([String: String]())
            }
        return HTTPResponse(status: 200, contentType: "application/json", body: Array(body))
    }
}
