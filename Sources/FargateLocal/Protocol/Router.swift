import HTTPServer
import Platform

/// Sends each request to the endpoint it is for.
final class Router: Sendable {
    private let store: FargateStore
    private let addresses = Lock<LocalAddresses?>(nil)

    init(store: FargateStore) {
        self.store = store
    }

    /// Known only once the listener is there.
    func tell(_ addresses: LocalAddresses) {
        self.addresses.withLock { $0 = addresses }
    }

    func answer(_ request: borrowing HTTPRequest) -> HTTPReply {
        let arrival = Arrival()
        let path = request.path
        if path.hasPrefix(MetadataEndpoint.pathPrefix), request.method == .get {
            return .response(MetadataEndpoint(store: store).answer(path: path))
        }
        if path.hasPrefix(LocalEndpoint.pathPrefix) {
            guard let addresses = addresses.withLock({ $0 }) else {
                return .response(HTTPResponse(status: 503, text: "starting"))
            }
            let endpoint = LocalEndpoint(store: store, addresses: addresses)
            return .response(endpoint.answer(path: path, request))
        }
        guard path == "/", request.method == .post else {
            return .response(HTTPResponse(status: 404, text: "fargate-local has nothing here"))
        }
        guard let target = request.header("X-Amz-Target") else {
            return .response(SNSEndpoint(store: store).answer(request, arrival: arrival))
        }
        // Application Auto Scaling changes nothing here.
        if target == "AnyScaleFrontendService.DescribeScalableTargets" {
            return .response(ECSEndpoint.response(200, Array(#"{"ScalableTargets":[]}"#.utf8)))
        }
        guard target.hasPrefix(ECSEndpoint.targetPrefix) else {
            return .response(ECSEndpoint.response(.unknownOperation(target)))
        }
        let operation = String(target.dropFirst(ECSEndpoint.targetPrefix.count))
        return .response(
            ECSEndpoint(store: store).answer(
                operation: operation, request, arrival: arrival))
    }
}
