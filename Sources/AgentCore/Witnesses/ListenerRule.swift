import Platform

/// Finds nginx's listening sockets among those of the task.
///
/// nginx is in another container, so its processes are out of sight; its sockets are not, since the
/// containers of a task share one network namespace. One of them is known: the status page's, by
/// its port. nginx made that one, so what the same user in the same control group made is nginx's
/// too. Left out are listeners on loopback, which no load balancer reaches: a backend's, the status
/// page's own.
///
/// Example: `0.0.0.0:80` of user 0 in group 7, `127.0.0.1:8113` (the status page) of user 0 in
/// group 7, `0.0.0.0:2015` of user 0 in group 9, `127.0.0.1:9000` of user 33. Only the first is
/// nginx's. Where the machine has no control groups of version 2, user 0 alone would not tell the
/// third apart, and the setting `NGINX_PORTS` has to.
struct ListenerRule: Sendable {
    /// The ports the setting names; when there are some, nothing else matters.
    let ports: [UInt16]
    /// Where the status pages are asked for; empty when all are on unix sockets.
    let statusPorts: [UInt16]

    /// Whether connections of the machine to itself count.
    var countsLoopback: Bool { !ports.isEmpty }

    /// Puts those of `all` that are nginx's in place of what `own` holds.
    func select(from all: [SocketRecord], into own: inout [SocketRecord]) {
        own.removeAll(keepingCapacity: true)
        if !ports.isEmpty {
            for record in all where ports.contains(record.local.port) { own.append(record) }
            return
        }
        for record in all where isReachable(record, all) {
            if !statusPorts.contains(record.local.port) { own.append(record) }
        }
        guard own.isEmpty else { return }
        // The status page may be on the only port there is.
        for record in all where isReachable(record, all) { own.append(record) }
    }

    @inline(never)
    private func isReachable(_ record: SocketRecord, _ all: [SocketRecord]) -> Bool {
        !record.local.isLoopback && isMadeByNginx(record, all)
    }

    private func isMadeByNginx(_ record: SocketRecord, _ all: [SocketRecord]) -> Bool {
        var isPageSeen = false
        for page in all where statusPorts.contains(page.local.port) {
            isPageSeen = true
            guard page.user == record.user else { continue }
            guard let group = page.cgroup, let other = record.cgroup else { return true }
            if group == other { return true }
        }
        return !isPageSeen
    }
}
