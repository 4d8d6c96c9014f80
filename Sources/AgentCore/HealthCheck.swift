import CJSON
import Platform
import Values
import Writing

/// `agent health`: asks the agent that runs beside it.
package struct HealthCheck {
    package enum Verdict {
        case healthy
        /// Nobody answers, or with anything else.
        case notRunning(reason: String)
        case nginxDown
        case aggregatorDown
    }

    private static let answerBytesMax = 1024
    private static let timeout = Duration.seconds(2)

    private let socket: String
    private let requiresNginx: Bool
    private let requiresAggregator: Bool

    package init(socket: String, requiresNginx: Bool, requiresAggregator: Bool) {
        self.socket = socket
        self.requiresNginx = requiresNginx
        self.requiresAggregator = requiresAggregator
    }

    package func run() -> Verdict {
        let answer: [UInt8]
        do throws(SystemError) {
            answer = try ask()
        } catch {
            return .notRunning(reason: error.text)
        }
        let parsed = answer.withUnsafeBytes { buffer in
            cJSON_ParseWithLength(buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
        }
        guard let root = parsed else { return .notRunning(reason: "no answer") }
        defer { cJSON_Delete(root) }
        if requiresNginx && !Self.isUp("nginx", root) { return .nginxDown }
        if requiresAggregator && !Self.isUp("aggregator", root) { return .aggregatorDown }
        return .healthy
    }

    private static func isUp(_ name: StaticString, _ root: UnsafeMutablePointer<cJSON>) -> Bool {
        let item = name.utf8Start.withMemoryRebound(
            to: CChar.self, capacity: name.utf8CodeUnitCount + 1
        ) { cJSON_GetObjectItemCaseSensitive(root, $0) }
        guard let text = item?.pointee.valuestring else { return false }
        return String(c: text).hasBytes(of: "up")
    }

    /// What the agent answers until it closes, or as much as came in time.
    private func ask() throws(SystemError) -> [UInt8] {
        let connection = try StreamSocket.connecting(to: .unix(path: socket))
        var answer: [UInt8] = []
        var poller = Poller()
        let deadline = MonotonicClock.now() + Self.timeout
        while answer.count <= Self.answerBytesMax {
            let left = deadline - MonotonicClock.now()
            guard left > .zero else { break }
            var list = [Readiness(connection.descriptor)]
            poller.wait(for: &list, atMost: left)
            guard let count = try connection.append(to: &answer, atMost: 512) else { continue }
            if count == 0 { break }
        }
        return answer
    }
}
