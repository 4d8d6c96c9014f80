import FoundationEssentials
import HTTPServer

/// Speaks JSON 1.1 for ECS: the operation in `X-Amz-Target`, members in the body, errors by
/// `__type`.
struct ECSEndpoint: Sendable {
    let store: FargateStore

    static let targetPrefix = "AmazonEC2ContainerServiceV20141113."

    func answer(
        operation: String, _ request: borrowing HTTPRequest, arrival: Arrival
    ) -> HTTPResponse {
        var call = RecordedCall(
            operation: operation, arrivedAtMs: arrival.wallMs,
            arrivedMonotonicNs: arrival.monotonic.nanoseconds, accessKeyID: "",
            userAgent: request.header("User-Agent") ?? "")
        do {
            let signature = try SignatureHeader(request.header("Authorization"), service: "ecs")
            call = RecordedCall(
                operation: operation, arrivedAtMs: call.arrivedAtMs,
                arrivedMonotonicNs: call.arrivedMonotonicNs, accessKeyID: signature.accessKeyID,
                userAgent: call.userAgent)
            try throwFault(operation)
            let body = try perform(operation, Data(request.body), arrival, &call)
            record(call)
            return Self.response(200, Array(body))
        } catch {
            call.error = error.type
            record(call)
            return Self.response(error)
        }
    }

    private func record(_ call: RecordedCall) {
        store.state.withLock { $0.calls.append(call) }
    }

    private func throwFault(_ operation: String) throws(ECSError) {
        let fault = store.state.withLock { $0.takeFault(operation) }
        if let fault {
            throw ECSError(fault.type, "injected by /_local/faults", status: fault.status)
        }
    }

    private func perform(
        _ operation: String, _ body: Data, _ arrival: Arrival, _ call: inout RecordedCall
    ) throws(ECSError) -> Data {
        let context = store.context(arrival)
        switch operation {
        case "CreateService":
            let request: CreateServiceRequest = try Self.decode(body)
            call.note(request.cluster, request.serviceName, to: request.desiredCount)
            return try change { state throws(ECSError) in try state.create(request, context) }
        case "UpdateService":
            let request: UpdateServiceRequest = try Self.decode(body)
            call.note(request.cluster, request.service, to: request.desiredCount)
            call.desiredCountBefore = store.state.withLock {
                $0.desiredCount(request.cluster, request.service)
            }
            return try change { state throws(ECSError) in try state.update(request, context) }
        case "StopTask":
            let request: StopTaskRequest = try Self.decode(body)
            return try change { state throws(ECSError) in try state.stop(request, context) }
        case "DescribeServices":
            let request: DescribeServicesRequest = try Self.decode(body)
            return try change { state throws(ECSError) in try state.describe(request) }
        case "DescribeTasks":
            let request: DescribeTasksRequest = try Self.decode(body)
            return try change { state throws(ECSError) in try state.describe(request) }
        case "DescribeClusters":
            let request: DescribeClustersRequest = try Self.decode(body)
            return try change { state throws(ECSError) in state.describe(request) }
        case "ListTasks":
            let request: ListTasksRequest = try Self.decode(body)
            return try change { state throws(ECSError) in try state.list(request) }
        default:
            throw .unknownOperation(operation)
        }
    }

    /// Does it under the lock, wakes the supervisor, encodes outside.
    private func change<Answer: Encodable & Sendable>(
        _ operation: (inout FargateState) throws(ECSError) -> Answer
    ) throws(ECSError) -> Data {
        let result = store.state.withLock { state in
            Result { () throws(ECSError) in try operation(&state) }
        }
        let answer = try result.get()
        store.bell.ring()
        return JSON.encode(answer)
    }

    static func decode<Request: Decodable>(_ body: Data) throws(ECSError) -> Request {
        do {
            return try JSONDecoder().decode(Request.self, from: body)
        } catch {
            throw .badJSON
        }
    }

    // MARK: Answers

    static func response(_ error: ECSError) -> HTTPResponse {
        let body = JSON.encode(["__type": error.type, "message": error.message])
        return response(error.status, Array(body))
    }

    static func response(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [
                .init("Content-Type", "application/x-amz-json-1.1"),
                .init("x-amzn-RequestId", RequestID.make()),
            ], body: body)
    }
}

extension RecordedCall {
    fileprivate mutating func note(_ cluster: String?, _ service: String, to count: Int?) {
        self.cluster = Arn.shortName(cluster ?? "default")
        self.service = Arn.shortName(service)
        desiredCount = count
    }
}

extension FargateState {
    fileprivate func desiredCount(_ cluster: String?, _ service: String) -> Int? {
        let key = ServiceKey(
            cluster: Arn.shortName(cluster ?? "default"), service: Arn.shortName(service))
        return services[key]?.desiredCount
    }

    /// The next error this operation shall get.
    mutating func takeFault(_ operation: String) -> InjectedFault? {
        guard let index = faults.firstIndex(where: { $0.operation == operation && $0.count > 0 })
        else { return nil }
        faults[index].count -= 1
        defer { faults.removeAll { $0.count <= 0 } }
        return faults[index]
    }
}
