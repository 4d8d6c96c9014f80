import FoundationEssentials
import Transport
import Values

/// Asks a container's credentials endpoint.
struct ContainerCredentialsFetcher: Sendable {
    private enum Attempt {
        case answered(Credentials)
        case failed(AWSError, mayPass: Bool)
    }

    let http: HTTPClient
    let clock: AWSClock

    /// One set of credentials, after up to three attempts, all of them within
    /// `AWSLimits.credentialsWithin`: the call that waits has a limit of its own, and whoever makes
    /// it asks again soon.
    func fetch(_ container: ContainerCredentials) async throws(AWSError) -> Credentials {
        var request = try request(container)
        let begin = clock.now()
        var number = 1
        while true {
            let left = AWSLimits.credentialsWithin - (clock.now() - begin)
            request.timeout = max(AWSLimits.credentialsAttemptMin, left)
            switch await attempt(request, container) {
            case .answered(let credentials): return credentials
            case .failed(let error, let mayPass):
                let ceiling = Backoff.ceiling(
                    first: AWSLimits.retryDelayBase, doublings: number,
                    longest: AWSLimits.credentialsWithin)
                let delay = ceiling * clock.jitter()
                let spent = clock.now() - begin + delay
                guard mayPass, number < AWSLimits.credentialsAttemptsMax,
                    spent < AWSLimits.credentialsWithin
                else { throw error }
                // When the sleep is cancelled, the next attempt is too.
                try? await clock.sleep(delay)
                number += 1
            }
        }
    }

    private func attempt(
        _ request: HTTPRequest, _ container: ContainerCredentials
    ) async -> Attempt {
        do throws(TransportError) {
            let response = try await http.send(request)
            guard response.status == 200 else {
                let mayPass = response.status == 429 || response.status >= 500
                return .failed(unavailable(container, Self.sentence(response)), mayPass: mayPass)
            }
            guard let credentials = Self.credentials(response.body) else {
                return .failed(
                    unavailable(container, "the answer holds no credentials"), mayPass: false)
            }
            return .answered(credentials)
        } catch {
            return .failed(unavailable(container, error.text), mayPass: error.mayPass)
        }
    }

    private func request(_ container: ContainerCredentials) throws(AWSError) -> HTTPRequest {
        var request = HTTPRequest(.get, container.url)
        request.connectTimeout = AWSLimits.credentialsWithin
        request.answerBytesMax = AWSLimits.credentialsBytesMax
        request.headers = ["Accept: application/json"]
        switch container.authorization {
        case .none: break
        case .token(let token):
            request.headers.append(try authorization(token, container))
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path),
                data.count <= AWSLimits.tokenFileBytesMax
            else {
                throw unavailable(
                    container,
                    "the token file \(path) is not readable, or over "
                        + "\(AWSLimits.tokenFileBytesMax) bytes")
            }
            let token = String(decoding: data, as: UTF8.self)
            request.headers.append(
                try authorization(token.trimmed, container))
        }
        return request
    }

    private func authorization(
        _ token: String, _ container: ContainerCredentials
    ) throws(AWSError) -> String {
        // A line break would begin a header of the token's choice.
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw unavailable(container, "the authorization token is empty or holds line breaks")
        }
        return "Authorization: \(token)"
    }

    private func unavailable(_ container: ContainerCredentials, _ detail: String) -> AWSError {
        .credentialsUnavailable(endpoint: container.url, detail: detail)
    }

    /// What the endpoint says went wrong; never more of its answer, which may hold secrets.
    private static func sentence(_ response: HTTPResponse) -> String {
        let refusal = AWSRefusal(
            operation: "GetCredentials", status: response.status, body: response.body,
            header: response.header)
        return refusal.message.isEmpty
            ? "HTTP \(response.status)"
            : "HTTP \(response.status), \(refusal.code): \(refusal.message)"
    }

    static func credentials(_ body: [UInt8]) -> Credentials? {
        struct Answer: Decodable {
            let AccessKeyId: String
            let SecretAccessKey: String
            let Token: String?
            let Expiration: String?
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)),
            !answer.AccessKeyId.isEmpty, !answer.SecretAccessKey.isEmpty
        else { return nil }
        var expireMs: Int64?
        if let text = answer.Expiration {
            guard let milliseconds = UTCTime.ms(of: text) else { return nil }
            expireMs = milliseconds
        }
        return Credentials(
            accessKeyID: answer.AccessKeyId, secretAccessKey: answer.SecretAccessKey,
            sessionToken: answer.Token, expireMs: expireMs)
    }
}

extension String {
    /// Without white space at its ends, as files written by editors have it.
    fileprivate var trimmed: String {
        let rest = drop(while: \.isWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(rest[...last])
    }
}
