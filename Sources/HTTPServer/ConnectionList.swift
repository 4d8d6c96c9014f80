/// Connections in the order in which they were last heard, each linked to the next.
///
/// A connection is in at most one list for each pair of links; every operation takes the same time.
struct ConnectionList: Sendable {
    /// Where a connection stands in one list.
    struct Links: Sendable {
        fileprivate var previous: HTTPConnection?
        fileprivate var next: HTTPConnection?
    }

    typealias Place = ReferenceWritableKeyPath<HTTPConnection, Links> & Sendable

    private let links: Place
    private(set) var first: HTTPConnection?
    private var last: HTTPConnection?
    private(set) var count = 0

    init(_ links: Place) {
        self.links = links
    }

    mutating func append(_ connection: HTTPConnection) {
        connection[keyPath: links] = Links(previous: last, next: nil)
        if let last { last[keyPath: links].next = connection } else { first = connection }
        last = connection
        count += 1
    }

    /// Only what is in this list.
    mutating func remove(_ connection: HTTPConnection) {
        let own = connection[keyPath: links]
        if let previous = own.previous {
            previous[keyPath: links].next = own.next
        } else {
            first = own.next
        }
        if let next = own.next {
            next[keyPath: links].previous = own.previous
        } else {
            last = own.previous
        }
        connection[keyPath: links] = Links()
        count -= 1
    }
}
