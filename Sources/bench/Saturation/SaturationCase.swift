/// A surge that leaves nginx without something it needs to answer its status page.
struct SaturationCase {
    enum Page {
        /// The backend's answer.
        case backend
        /// A file that costs nginx tens of milliseconds to compress.
        case compressed
    }

    let name: String
    let words: String
    var page = Page.backend
    var usesTLS = false
    var workerConnections = 8192
    var backlog = 4096
    var serviceTimeMs = 50
    /// What a request costs the backend.
    var cpuTimeMs = 0
    /// Requests in progress for each task.
    var target = 20
    /// Clients of each task; each has a request under way at all times.
    var clients: Int
    var keepsClients = true
    var keepsStatus = true

    /// What the surge is worth: a client waits, is served or is turned away, and tries again.
    var tasksNeeded: Double { Double(clients * SaturationScene.tasks) / Double(target) }

    private static let hungMs = 600_000

    static let all: [SaturationCase] = [
        .init(name: "gzip100", words: "gzip, 100 clients a task", page: .compressed, clients: 100),
        .init(name: "gzip200", words: "gzip, 200 clients a task", page: .compressed, clients: 200),
        .init(
            name: "tls100", words: "TLS handshakes (RSA 4096), 100 clients a task", usesTLS: true,
            clients: 100, keepsClients: false),
        .init(
            name: "tls150", words: "TLS handshakes (RSA 4096), 150 clients a task", usesTLS: true,
            clients: 150, keepsClients: false),
        .init(
            name: "backend", words: "backend burns the CPU, 100 clients a task", cpuTimeMs: 20,
            clients: 100),
        .init(
            name: "64kept", words: "64 connections, kept clients", workerConnections: 64,
            serviceTimeMs: 2000, clients: 160),
        .init(
            name: "64fresh", words: "64 connections, fresh clients", workerConnections: 64,
            serviceTimeMs: 2000, clients: 160, keepsClients: false),
        .init(
            name: "64status", words: "64 connections, fresh status connections",
            workerConnections: 64, serviceTimeMs: 2000, clients: 160, keepsStatus: false),
        .init(
            name: "63kept", words: "63 connections, kept clients", workerConnections: 63,
            serviceTimeMs: 2000, clients: 160),
        .init(
            name: "64target40", words: "64 connections, a target they do not allow",
            workerConnections: 64, serviceTimeMs: 2000, target: 40, clients: 160),
        .init(
            name: "512kept", words: "512 connections, kept clients", workerConnections: 512,
            serviceTimeMs: 2000, target: 100, clients: 600),
        .init(
            name: "512fresh", words: "512 connections, fresh clients", workerConnections: 512,
            serviceTimeMs: 2000, target: 100, clients: 600, keepsClients: false),
        .init(
            name: "512status", words: "512 connections, fresh status connections",
            workerConnections: 512, serviceTimeMs: 2000, target: 100, clients: 600,
            keepsStatus: false),
        .init(
            name: "hung", words: "backend never answers, 8,192 connections",
            serviceTimeMs: hungMs, clients: 160),
        .init(
            name: "hung64", words: "backend never answers, 64 connections",
            workerConnections: 64, serviceTimeMs: hungMs, clients: 160),
        .init(
            name: "hung63", words: "backend never answers, 63 connections, fresh clients",
            workerConnections: 63, serviceTimeMs: hungMs, clients: 160, keepsClients: false),
        .init(
            name: "queue", words: "accept queue of 16 full", page: .compressed, backlog: 16,
            clients: 160, keepsClients: false),
    ]
}
