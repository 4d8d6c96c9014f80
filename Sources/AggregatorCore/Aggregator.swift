import AWS
import Control
import HTTPServer
import Platform
import Transport
import Values

/// The whole aggregator: wired by `init`, at work from `open` on, and through with it after `stop`.
package final class Aggregator: Sendable {
    private typealias Part = @Sendable (HTTPServer) async -> Void

    private let configuration: ListenConfiguration
    private let routes: Routes
    private let counters: HTTPServerCounters
    private let opened = Lock<HTTPServer?>(nil)
    let fleet: Fleet
    private let resolver: TaskResolver
    private let actuator: Actuator
    private let announcer: Announcer
    private let autoScaling: AutoScalingWatch
    private let lasting: Lasting
    /// What runs until `stop`, and may be given up at any moment.
    private let parts: [Part]
    private let stops: AsyncStream<Void>
    private let stopping: AsyncStream<Void>.Continuation
    /// Who may report, and who may pause.
    let agents: BearerCheck
    let operators: BearerCheck
    let tokenScopes: [TokenScope]
    let hasTLS: Bool
    let log: Log

    /// `environment` gives the AWS settings.
    package init(
        _ configuration: Configuration, output: Output, environment: (String) -> String?
    ) throws(AggregatorError) {
        let log = output.log
        let shedder = LoadShedder(limitPercent: configuration.listen.overloadPercent)
        let listener = HTTPServerCounters()
        let metrics = Metrics(shedder: shedder, listener: listener, output: output)
        let http = HTTPClient()
        let client = try Self.client(environment, http, metrics, log)
        let ecs = ECSClient(client)
        let announcer = Announcer(sns: SNSClient(client), log: log)
        let fleet = Fleet(
            configuration.services, announcer: announcer, period: configuration.reconcilePeriod,
            log: log, now: MonotonicClock.now())
        lasting = Lasting(
            configuration.state, client, fleet, name: environment("HOSTNAME"), log: log)
        let autoScaling = AutoScalingWatch(
            fleet: fleet, client: ApplicationAutoScalingClient(client), log: log)
        self.autoScaling = autoScaling
        resolver = TaskResolver()
        agents = BearerCheck(groups: configuration.secrets.agentGroups)
        operators = BearerCheck(configuration.secrets.operatorTokens)
        tokenScopes = configuration.tokenScopes
        hasTLS = configuration.listen.tls != nil
        let intake = ReportIntake(
            fleet: fleet, resolver: resolver, scopes: configuration.tokenScopes,
            counters: metrics.ingest, log: log)
        let health = ECSHealth(fleet: fleet, log: log)
        let people = PeopleRoutes(
            fleet: fleet, bearer: operators, isSecure: hasTLS, keeper: lasting.keeper, log: log)
        let view = MetricsView(
            metrics: metrics, fleet: fleet, announcements: announcer.counters)
        let exporter = try Self.exporter(environment, view, http, log)
        routes = Routes(
            reports: ReportRoute(
                intake: intake, bearer: agents,
                verifiesSenders: configuration.verifiesTasks, shedder: shedder,
                counters: metrics.ingest, log: log),
            people: people, metrics: view,
            readiness: { health.hasSeenECS ? fleet.oldestCounts : nil })
        let reconciler = Reconciler(fleet: fleet, ecs: ecs, health: health)
        let lookup = TaskLookup(resolver: resolver, intake: intake, ecs: ecs, log: log)
        let overload = OverloadWatch(
            shedder: shedder, threads: configuration.listen.threads,
            metadata: environment("ECS_CONTAINER_METADATA_URI_V4"), http: http, log: log)
        let lines = EmbeddedMetrics(configuration.log, output)
        parts = [
            { _ in await reconciler.run() }, { _ in await lookup.run() },
            { _ in await fleet.run() }, { _ in await people.events.run(shedder) },
            { _ in await exporter?.run() }, { _ in await autoScaling.run() },
            { _ in await lines?.run(fleet, each: configuration.log.embeddedMetricsPeriod) },
            { server in await overload.run(server) },
            { _ in await ConnectionLog(counters: listener, log: log).run() },
        ]
        actuator = Actuator(fleet: fleet, ecs: ecs, health: health, metrics: metrics)
        counters = listener
        (stops, stopping) = AsyncStream.makeStream()
        self.configuration = configuration.listen
        self.announcer = announcer
        self.fleet = fleet
        self.log = log
    }

    private static func client(
        _ environment: (String) -> String?, _ http: HTTPClient, _ metrics: Metrics, _ log: Log
    ) throws(AggregatorError) -> AWSClient {
        let events = AWSEventLog(log: log, counters: metrics.calls)
        do {
            return AWSClient(
                configuration: try AWSConfiguration(environment: environment), http: http,
                observe: { events.note($0) })
        } catch {
            throw .aws(error)
        }
    }

    private static func exporter(
        _ environment: (String) -> String?, _ view: MetricsView, _ http: HTTPClient, _ log: Log
    ) throws(AggregatorError) -> OTLPExporter? {
        do {
            return try OTLPSettings(environment).map {
                OTLPExporter(settings: $0, view: view, http: http, log: log)
            }
        } catch {
            throw .configuration(error)
        }
    }

    /// The listener, once it is open.
    var server: HTTPServer? { opened.withLock { $0 } }

    /// Reads what was stored, before anything is decided, and listens.
    package func open() async throws(AggregatorError) {
        await lasting.open(fleet)
        let server: HTTPServer
        let routes = routes
        do {
            server = try HTTPServer(
                configuration.options, counters: counters, admit: { routes.admit($0) },
                handler: { routes.reply(to: $0) })
        } catch {
            throw .listener(error)
        }
        opened.withLock { $0 = server }
        log.info(
            "aggregator.listening", LogField("address", configuration.address),
            LogField("port", Int(server.port)))
    }

    /// Works until `stop`; then requests and calls under way end, and what waits is announced and
    /// stored. Cancelled, all of it ends at once.
    ///
    /// ```
    /// run     announcer, lasting ─────────────────────────────────── stop ── ended
    ///   act     calls to ECS ──────────────── fleet stops ── ended ──┘
    ///     serve   listener, looks, ticks ── stop ─┘
    /// ```
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.announcer.run() }
            group.addTask { await self.lasting.run() }
            await act()
            announcer.stop()
            lasting.stop()
            await autoScaling.giveBack()
        }
    }

    private func act() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.actuator.run() }
            await serve()
            fleet.stop()
        }
    }

    private func serve() async {
        guard let server else { preconditionFailure("it is opened before it runs") }
        await withDiscardingTaskGroup { group in
            for part in parts { group.addTask { await part(server) } }
            for await _ in stops {}
            resolver.stop()
            group.cancelAll()
            await Self.stop(server)
        }
    }

    /// Blocks a thread for up to `drainWithin`: one of its own, none of Swift's.
    private static func stop(_ server: HTTPServer) async {
        await withCheckedContinuation { continuation in
            WorkerThread.detached(name: "http-stop") {
                server.stop()
                continuation.resume()
            }
        }
    }

    /// Ends `run` in good order, from any thread.
    package func stop() { stopping.finish() }
}
