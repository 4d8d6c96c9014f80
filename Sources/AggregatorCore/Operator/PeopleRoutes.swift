/// What answers people, and what they may do.
struct PeopleRoutes: Sendable {
    let operators: OperatorRoute
    let services: ServicesView
    let history: HistoryView
    let events: EventHub
    let session: SessionRoute
    let page = PageRoute()

    /// `isSecure`: it is served over TLS.
    init(fleet: Fleet, bearer: BearerCheck, isSecure: Bool, keeper: StateKeeper?, log: Log) {
        session = SessionRoute(bearer: bearer, isSecure: isSecure, log: log)
        operators = OperatorRoute(
            fleet: fleet, bearer: bearer, session: session, keeper: keeper)
        services = ServicesView(fleet: fleet)
        history = HistoryView(fleet: fleet)
        events = EventHub(fleet: fleet)
    }
}
