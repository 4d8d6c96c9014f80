import HTTPServer
import Platform
import Values
import Writing

/// Who listens to `GET /v1/events`, and what they hear: server-sent events (WHATWG HTML, 9.2).
///
/// Once a second, `event: services` with a row for each service, made once and given to all. Who
/// showed an operator's token or is signed in goes before strangers: for one of those who finds no
/// place, the stranger that listens longest has to go, and when processors are short, all of them.
final class EventHub: Sendable {
    private struct Subscriber: Sendable {
        let stream: HTTPStream
        let isStranger: Bool
    }

    private struct State {
        var subscribers: [Subscriber] = []
        /// With many services, a second's event has rows of some; this is where the next begins.
        var nextRow = 0
    }

    private let state = Lock(State())
    private let fleet: Fleet

    init(fleet: Fleet) {
        self.fleet = fleet
    }

    var count: Int { state.withLock { $0.subscribers.count } }

    func reply(isStranger: Bool) -> HTTPReply {
        let stream = HTTPStream(pendingBytesMax: AggregatorLimits.eventBytesMax)
        guard add(Subscriber(stream: stream, isStranger: isStranger)) else {
            var response = HTTPResponse(status: 503, text: "too many listen already: come again")
            response.headers.append(HTTPResponse.Header("Retry-After", "5"))
            return .response(response)
        }
        // Where the stream ends, the browser comes again after a second.
        stream.write(Array("retry: 1000\n\n".utf8) + frame(from: 0).bytes)
        return .stream(
            HTTPResponse(
                status: 200,
                headers: [
                    HTTPResponse.Header("Content-Type", "text/event-stream"),
                    HTTPResponse.Header("Cache-Control", "no-store"),
                    // nginx in front would hold the events back.
                    HTTPResponse.Header("X-Accel-Buffering", "no"),
                ]), stream)
    }

    private func add(_ subscriber: Subscriber) -> Bool {
        let (isTaken, shed) = state.withLock { state -> (Bool, HTTPStream?) in
            state.subscribers.removeAll { !$0.stream.isOpen }
            let strangers = state.subscribers.filter(\.isStranger).count
            let isFull = state.subscribers.count >= AggregatorLimits.eventSubscribersMax
            let isTooStrange =
                subscriber.isStranger && strangers >= AggregatorLimits.eventStrangersMax
            var shed: HTTPStream?
            if isFull || isTooStrange {
                guard !subscriber.isStranger || isTooStrange,
                    let index = state.subscribers.firstIndex(where: \.isStranger)
                else { return (false, nil) }
                shed = state.subscribers.remove(at: index).stream
            }
            state.subscribers.append(subscriber)
            return (true, shed)
        }
        shed?.end()
        return isTaken
    }

    /// Until it is cancelled.
    func run(_ shedder: LoadShedder) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: AggregatorLimits.tickPeriod)
            broadcast(isTight: shedder.isTight)
        }
    }

    /// Once a second; `isTight` while processors are short.
    func broadcast(isTight: Bool) {
        let (subscribers, begin) = state.withLock { ($0.subscribers, $0.nextRow) }
        guard !subscribers.isEmpty else { return }
        let frame = frame(from: begin)
        for subscriber in subscribers {
            if isTight && subscriber.isStranger {
                subscriber.stream.end()
            } else {
                subscriber.stream.write(frame.bytes)
            }
        }
        state.withLock { state in
            state.nextRow = frame.next
            state.subscribers.removeAll { !$0.stream.isOpen }
        }
    }

    private func frame(from begin: Int) -> (bytes: [UInt8], next: Int) {
        let services = fleet.services
        let count = min(services.count, AggregatorLimits.eventRowsMax)
        var json = JSONWriter()
        json.object { json in
            json.member("time", WallClock.nowMs())
            json.key("services")
            json.array { json in
                for offset in 0..<count {
                    let service = services[(begin + offset) % services.count]
                    ServiceRow(service).write(to: &json)
                }
            }
        }
        let bytes = Array("event: services\ndata: ".utf8) + json.bytes + Array("\n\n".utf8)
        return (bytes, services.isEmpty ? 0 : (begin + count) % services.count)
    }
}
