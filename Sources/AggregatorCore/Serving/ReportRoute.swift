import HTTPServer
import Platform
import Telemetry

/// `POST /v1/reports`: checks the sender, reads the body, and gives the report to its service,
/// which decides at once.
///
/// | answer | when |
/// | --- | --- |
/// | 204 | taken, or known already; a test report of `agent probe` is checked and kept nowhere |
/// | 400 | not a report: the reason in one line |
/// | 401 | no valid token |
/// | 403 | `verifyTasks`, the sender's address is not the task's; or the token is for others |
/// | 404 | the service is not configured here, or the task belongs to none |
/// | 405 | not a POST |
/// | 413 | the body, or what it expands to, is too large |
/// | 415 | another content type or encoding |
/// | 429 | with Retry-After: push less often, since processor time is short; or more tasks report
///   than ECS allows a service; or too many wait to be looked up |
package final class ReportRoute: Sendable {
    /// Whose reports come on a connection.
    private final class ReportSender: Sendable {
        let service: ManagedService
        let taskARN: String

        init(service: ManagedService, taskARN: String) {
            self.service = service
            self.taskARN = taskARN
        }
    }

    private let intake: ReportIntake
    private let bearer: BearerCheck
    private let verifiesSenders: Bool
    private let readers = ReportReaders()
    private let shedder: LoadShedder
    private let counters: IngestCounters
    private let log: Log
    private let refusals = LogThrottle()

    package init(
        intake: ReportIntake, bearer: BearerCheck, verifiesSenders: Bool, shedder: LoadShedder,
        counters: IngestCounters, log: Log
    ) {
        self.shedder = shedder
        self.intake = intake
        self.bearer = bearer
        self.verifiesSenders = verifiesSenders
        self.counters = counters
        self.log = log
    }

    /// Only who shows a token has its body held.
    func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission {
        let found = request.withHeader("Authorization") { bearer.group(of: $0) }
        if let group = found ?? bearer.group(of: nil) { return .trusted(mark: group) }
        counters.count(.unauthorized)
        refused("no valid token", from: request)
        return .refused(ReportOutcome.unauthorized.answer)
    }

    /// A request that was admitted.
    func reply(to request: borrowing HTTPRequest) -> HTTPReply {
        let now = MonotonicClock.now()
        // Who is asked to wait is heard: its last report stays fresh.
        if shedder.permille > 0, let sender = request.context as? ReportSender, !shedder.admits() {
            sender.service.heard(sender.taskARN, now: now)
            counters.count(.shed)
            return .prepared(ReportOutcome.shed.answer)
        }
        let report: Report
        do {
            report = try read(request)
        } catch {
            counters.count(.invalid)
            refused(error.text, from: request)
            return .response(HTTPResponse(status: error.status, text: error.text))
        }
        let address = verifiesSenders ? request.remoteAddress : nil
        let taken = intake.take(report, from: address, tokens: request.mark, now: now)
        if let service = taken.service { remember(report, of: service, request) }
        guard let detail = taken.detail else { return .prepared(taken.outcome.answer) }
        return .response(HTTPResponse(status: taken.outcome.words.status, text: detail))
    }

    /// Once a connection, as long as it is one task's.
    private func remember(
        _ report: Report, of service: ManagedService, _ request: borrowing HTTPRequest
    ) {
        let taskARN = report.identity.taskARN
        if let sender = request.context as? ReportSender, sender.taskARN == taskARN { return }
        request.setContext(ReportSender(service: service, taskARN: taskARN))
    }

    private func read(_ request: borrowing HTTPRequest) throws(ReportError) -> Report {
        guard request.withHeader("Content-Type", Self.isJSON) == true else {
            throw .contentTypeUnknown
        }
        let encoding: ReportReader.Encoding
        switch request.withHeader("Content-Encoding", Self.encoding) {
        case nil: encoding = .identity
        case .some(let known?): encoding = known
        case .some(nil): throw .encodingUnknown
        }
        let readers = self.readers
        return try request.withBody { body -> Result<Report, ReportError> in
            do throws(ReportError) {
                return .success(try readers.read(body, encoding))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private func refused(_ reason: String, from request: borrowing HTTPRequest) {
        guard let heldBack = refusals.admit(now: MonotonicClock.now()) else { return }
        log.warning(
            "report.refused", LogField("reason", reason),
            LogField("address", request.remoteAddress), LogField("heldBack", heldBack))
    }
}

// What the headers say.
extension ReportRoute {
    private static func isJSON(_ value: UnsafeRawBufferPointer) -> Bool {
        let name: StaticString = "application/json"
        guard starts(value, with: name) else { return false }
        guard value.count > name.utf8CodeUnitCount else { return true }
        let next = value[name.utf8CodeUnitCount]
        return next == UInt8(ascii: ";") || next == UInt8(ascii: " ")
    }

    private static func encoding(_ value: UnsafeRawBufferPointer) -> ReportReader.Encoding? {
        for (name, encoding) in [
            ("deflate", ReportReader.Encoding.compressed), ("gzip", .compressed),
            ("identity", .identity),
        ] as [(StaticString, ReportReader.Encoding)]
        where value.count == name.utf8CodeUnitCount && starts(value, with: name) {
            return encoding
        }
        return nil
    }

    /// Compares without case; `name` is in lower case.
    private static func starts(_ value: UnsafeRawBufferPointer, with name: StaticString) -> Bool {
        guard value.count >= name.utf8CodeUnitCount else { return false }
        for index in 0..<name.utf8CodeUnitCount {
            let (given, expected) = (value[index], name.utf8Start[index])
            let isLetter = (0x61...0x7A).contains(expected)
            guard given == expected || (isLetter && given | 0x20 == expected) else { return false }
        }
        return true
    }
}
