import Platform
import Values

/// Keeps credentials fresh: fetches them ahead of their end, once at a time for all who ask.
///
///     now ───────────────────┬───────────────┬──────────────┬──► time
///                       −refreshAhead   −refreshRequired   expiry
///     the kept ones      kept ones, and   fetch first, the   fetch,
///                        fetch meanwhile  kept ones if not   or fail
package final class CredentialsProvider: Sendable {
    private typealias Fetch = Task<Result<Credentials, AWSError>, Never>

    private struct State {
        var kept: Credentials?
        var fetch: Fetch?
        /// Unix ms; before it, no fetch is begun while the kept ones serve.
        var pausedUntilMs: Int64 = .min
    }

    private enum Step {
        case use(Credentials)
        case await(Fetch, meanwhile: Credentials?)
    }

    private let source: CredentialsSource
    private let fetcher: ContainerCredentialsFetcher
    private let clock: AWSClock
    private let observe: @Sendable (AWSEvent) -> Void
    private let state = Lock(State())

    init(
        source: CredentialsSource, fetcher: ContainerCredentialsFetcher, clock: AWSClock,
        observe: @escaping @Sendable (AWSEvent) -> Void
    ) {
        self.source = source
        self.fetcher = fetcher
        self.clock = clock
        self.observe = observe
    }

    /// Valid credentials; waits only when there are none or they end within a minute.
    package func current() async throws(AWSError) -> Credentials {
        let container: ContainerCredentials
        switch source {
        case .fixed(let credentials): return credentials
        case .container(let value): container = value
        }
        switch step(container) {
        case .use(let credentials): return credentials
        case .await(let fetch, let meanwhile):
            switch await fetch.value {
            case .success(let credentials): return credentials
            case .failure(let error):
                if let meanwhile, Self.remaining(meanwhile, nowMs: clock.wallMs()) > .zero {
                    return meanwhile
                }
                throw error
            }
        }
    }

    /// AWS calls these expired: the next `current` fetches new ones.
    func discard(_ credentials: Credentials) {
        state.withLock { state in
            if state.kept == credentials { state.kept = nil }
        }
    }

    private func step(_ container: ContainerCredentials) -> Step {
        let nowMs = clock.wallMs()
        return state.withLock { state in
            guard let kept = state.kept else {
                return .await(begin(&state, container), meanwhile: nil)
            }
            let remaining = Self.remaining(kept, nowMs: nowMs)
            if remaining > AWSLimits.refreshAhead { return .use(kept) }
            if remaining > .zero, nowMs < state.pausedUntilMs { return .use(kept) }
            let fetch = begin(&state, container)
            return remaining > AWSLimits.refreshRequired
                ? .use(kept) : .await(fetch, meanwhile: kept)
        }
    }

    /// The fetch under way, or a new one.
    private func begin(_ state: inout State, _ container: ContainerCredentials) -> Fetch {
        if let fetch = state.fetch { return fetch }
        let fetch = Fetch {
            let result: Result<Credentials, AWSError>
            do throws(AWSError) {
                result = .success(try await fetcher.fetch(container))
            } catch {
                result = .failure(error)
            }
            end(result)
            return result
        }
        state.fetch = fetch
        return fetch
    }

    private func end(_ result: Result<Credentials, AWSError>) {
        let nowMs = clock.wallMs()
        state.withLock { state in
            state.fetch = nil
            switch result {
            case .success(let credentials): state.kept = credentials
            case .failure:
                state.pausedUntilMs = nowMs + AWSLimits.refreshPause.wholeMilliseconds
            }
        }
        switch result {
        case .success(let credentials):
            observe(.credentialsRefreshed(expireMs: credentials.expireMs))
        case .failure(let error): observe(.credentialsNotRefreshed(error))
        }
    }

    private static func remaining(_ credentials: Credentials, nowMs: Int64) -> Duration {
        guard let expireMs = credentials.expireMs else { return .seconds(1 << 40) }
        return .milliseconds(expireMs - nowMs)
    }
}
