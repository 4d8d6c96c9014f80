import CFaults
import Foundation
import TestSupport
import Testing
import Values

@testable import Platform
@testable import Transport

/// What comes of it when libcurl has no memory, or a call of its fails.
@Suite struct FaultTests {
    private func request(_ url: String) -> HTTPRequest {
        var request = HTTPRequest(.get, url)
        request.headers = ["A: 1", "B: 2"]
        return request
    }

    @Test(arguments: ["curl_easy_setopt", "curl_slist_append"], [0, 1])
    func aRequestThatCannotBePreparedIsRefused(call: String, skipped: Int32) {
        let transfer = HTTPTransfer()
        faults_plan(call, skipped, 1, 27)
        defer { faults_plan("", 0, 0, 0) }
        let error = #expect(throws: TransportError.self) {
            try transfer.prepare(request("http://127.0.0.1:1/"))
        }
        guard case .requestInvalid = error else {
            Issue.record("not \(String(describing: error))")
            return
        }
    }

    @Test func aTransferThatCannotBeginHasFailedByTheNextAdvance() throws {
        let multi = HTTPMulti(connectionsMax: 1)
        let transfer = HTTPTransfer()
        try transfer.prepare(request("http://127.0.0.1:1/"))
        faults_plan("curl_multi_add_handle", 0, 1, 3)
        multi.start(transfer)
        #expect(!multi.isIdle)
        #expect(multi.advance() && multi.isIdle)
        #expect(transfer.outcome == .failure(.requestInvalid(detail: "Out of memory")))
        // And it can begin again.
        multi.start(transfer)
        multi.cancel(transfer)
    }

    @Test func transfersThatCannotGoOnFailInPlaceOfHanging() async throws {
        let server = try await CaptureServer()
        let multi = HTTPMulti(connectionsMax: 1)
        let transfer = HTTPTransfer()
        try transfer.prepare(request(server.url))
        multi.start(transfer)
        faults_plan("curl_multi_perform", 0, 1, 3)
        #expect(multi.advance() && multi.isIdle)
        #expect(transfer.outcome == .failure(.requestInvalid(detail: "Out of memory")))
    }

    @Test func aWaitThatFailsDoesNotSpin() {
        let multi = HTTPMulti(connectionsMax: 1)
        faults_plan("curl_multi_poll", 0, 1, 3)
        let begin = MonotonicClock.now()
        multi.wait(atMost: .seconds(60))
        let took = MonotonicClock.now() - begin
        #expect(took >= .milliseconds(10) && took < .seconds(60))
    }

    @Test func anAnswerWhoseStatusIsNotKnownIsBroken() async throws {
        let server = try await CaptureServer()
        let transfer = HTTPTransfer()
        try transfer.prepare(request(server.url))
        faults_plan("curl_easy_getinfo", 0, 1, 43)
        #expect(throws: TransportError.answerBroken(detail: "the answer has no status")) {
            try transfer.perform()
        }
        #expect(try transfer.perform() == 200)
        faults_plan("curl_easy_getinfo", 0, 3, 43)
        #expect(transfer.connectionsOpened == 1 && transfer.redirectURL == nil)
        #expect(transfer.peerAddress == nil)
    }
}
