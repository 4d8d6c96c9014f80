import CFaults
import Foundation
import TestSupport
import Testing
import Values

@testable import Platform

/// What comes of it when a system call fails.
@Suite struct FaultTests {
    @Test(arguments: ["socket", "connect"], [EMFILE, ENOBUFS, ECONNREFUSED])
    func aConnectionThatCannotBeginSaysWhy(call: String, number: Int32) {
        faults_plan(call, 0, 1, number)
        do {
            _ = try StreamSocket.connecting(to: .ip(host: "127.0.0.1", port: 9))
            Issue.record("connected")
        } catch {
            #expect(error == SystemError(number: number))
        }
    }

    @Test(arguments: [(EAGAIN, true), (EINTR, true), (EPIPE, false), (ENOMEM, false)])
    func sendingGoesOnLaterOrSaysWhyNot(number: Int32, goesOn: Bool) throws {
        let name = "@fault-\(UUID())"
        let listener = try StreamSocket.listening(atUnix: name)
        let socket = try StreamSocket.connecting(to: .unix(path: name))
        faults_plan("send", 0, 1, number)
        if goesOn {
            #expect(try socket.send([1]) == 0)
        } else {
            do {
                _ = try socket.send([1])
                Issue.record("sent")
            } catch {
                #expect(error == SystemError(number: number))
            }
        }
        #expect(try socket.send([1, 2]) == 2)
        faults_plan("accept", 0, 1, EMFILE)
        if listener.accept() != nil { Issue.record("accepted without a descriptor") }
        guard let peer = listener.accept() else {
            Issue.record("not accepted")
            return
        }
        var bytes: [UInt8] = []
        faults_plan("recv", 0, 1, EINTR)
        #expect(try peer.append(to: &bytes, atMost: 8) == nil)
        faults_plan("recv", 0, 1, ECONNRESET)
        do {
            _ = try peer.append(to: &bytes, atMost: 8)
            Issue.record("received")
        } catch {
            #expect(error == SystemError(number: ECONNRESET))
        }
        #expect(try peer.append(to: &bytes, atMost: 8) == 2 && bytes == [1, 2])
    }

    @Test func aFileIsReadWholeAcrossInterruptions() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("abc".utf8).write(to: file)
        faults_plan("read", 0, 2, EINTR)
        #expect(try TextFile.read(file.path, bytesMax: 3) == Array("abc".utf8))
        faults_plan("read", 1, 1, EIO)
        #expect(throws: SystemError(number: EIO)) { try TextFile.read(file.path, bytesMax: 3) }
        faults_plan("open", 0, 1, EMFILE)
        #expect(throws: SystemError(number: EMFILE)) { try TextFile.read(file.path, bytesMax: 3) }
        #expect(throws: SystemError(number: EFBIG)) { try TextFile.read(file.path, bytesMax: 2) }
    }

    @Test func nothingIsReadyAfterAWaitThatFails() throws {
        let name = "@fault-\(UUID())"
        let listener = try StreamSocket.listening(atUnix: name)
        let socket = try StreamSocket.connecting(to: .unix(path: name))
        var poller = Poller()
        var list = [
            Readiness(listener.descriptor), Readiness(socket.descriptor, isForWriting: true),
        ]
        faults_plan("poll", 0, 1, ENOMEM)
        poller.wait(for: &list, atMost: .seconds(60))
        #expect(!list[0].isReady && !list[1].isReady)
        poller.wait(for: &list, atMost: .seconds(60))
        #expect(list[0].isReady && list[1].isReady)
    }
}
