import Values

/// The same numbers as a report's window, in the format that pushgateway takes.
struct Pushes {
    private let tasks: Int
    private var random = SeededRandom(seed: 2)

    init(tasks: Int) {
        self.tasks = tasks
    }

    /// A push for each task, into a group of its own.
    mutating func stock(rounds: Int) -> RequestStock {
        var stock = RequestStock(connections: tasks)
        for _ in 0..<rounds {
            stock.addRound { task, bytes in
                let body = Self.gauges.reduce(into: "") { body, gauge in
                    body += "# TYPE nginx_\(gauge) gauge\n"
                    for part in ["min", "mean", "max", "last"] {
                        body += "nginx_\(gauge){stat=\"\(part)\"} \(random.next() % 200)\n"
                    }
                }
                let counters = Self.counters.reduce(into: "") { body, counter in
                    body += "# TYPE nginx_\(counter) counter\n"
                    body += "nginx_\(counter) \(random.next() % 1_000_000)\n"
                }
                let head =
                    "PUT /metrics/job/web/instance/task-\(task) HTTP/1.1\r\nHost: pushgateway\r\n"
                    + "Content-Type: text/plain; version=0.0.4\r\n"
                    + "Content-Length: \(body.utf8.count + counters.utf8.count)\r\n\r\n"
                bytes.append(contentsOf: (head + body + counters).utf8)
            }
        }
        return stock
    }

    private static let gauges = ["active", "busy", "waiting"]
    private static let counters = ["accepts_total", "handled_total", "requests_total"]
}
