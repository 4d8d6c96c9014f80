import CFaults
import Foundation
import TestSupport
import Testing

@testable import Platform
@testable import State

@Suite struct FileStoreTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let store: FileStore

    init() throws {
        directory = try TemporaryDirectory()
        path = "\(directory.path)/state"
        store = FileStore(path: path)
    }

    private func load() async throws -> ([SavedState], [StateNote]) {
        let notes = Lock<[StateNote]>([])
        let state = try await store.load { note in notes.withLock { $0.append(note) } }
        return (state, notes.withLock { $0 })
    }

    @Test func givesBackWhatWasSavedLast() async throws {
        #expect(try await load() == ([], []))
        try await store.save(Samples.state(reason: "first"), by: .alone)
        try await store.save(Samples.state(reason: "second"), by: .alone)
        #expect(try await load() == ([Samples.state(reason: "second")], []))
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names == ["state"])
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: ["", "no state", "fargate-autoscaler state 1 5 0\n", "cut"])
    func putsAsideWhatIsDamaged(text: String) async throws {
        try await store.save(Samples.state(), by: .alone)
        var bytes = Array(text.utf8)
        if text == "cut" { bytes = try TextFile.read(path, bytesMax: 100_000).dropLast() }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let (state, notes) = try await load()
        #expect(state.isEmpty)
        guard case .distrusted(_, path + ".distrusted")? = notes.first else {
            Issue.record("\(notes)")
            return
        }
        #expect(try TextFile.read(path + ".distrusted", bytesMax: 100_000) == bytes)
        #expect(try await load() == ([], []))
        try await store.save(Samples.state(), by: .alone)
        #expect(try await load().0 == [Samples.state()])
    }

    @Test func doesNotTouchWhatItCannotRead() async throws {
        let other = FileStore(path: directory.path)
        await #expect(throws: StateError.self) { try await other.load { _ in } }
        await #expect(throws: StateError.self) { try await other.save(Samples.state(), by: .alone) }
        let nowhere = FileStore(path: "\(directory.path)/no/state")
        #expect(try await nowhere.load { _ in }.isEmpty)
        let error = await #expect(throws: StateError.self) {
            try await nowhere.save(Samples.state(), by: .alone)
        }
        #expect(error?.text.contains("No such file or directory") == true)
    }

    /// A disk that is full, a crash between two calls: the file is as it was.
    @Test(arguments: ["open", "write", "fsync", "rename"], [Int32(0), 1])
    func whatFailsLeavesTheOldFile(call: String, skipped: Int32) throws {
        try DurableFile.replace(path, with: [1, 2, 3])
        faults_plan(call, skipped, 1, ENOSPC)
        defer { faults_plan(call, 0, 0, 0) }
        do {
            try DurableFile.replace(path, with: [4])
            // Nothing was left to fail.
            #expect(skipped == 1 && call != "fsync" && call != "open")
        } catch {
            #expect(error == SystemError(number: ENOSPC))
            let isRenamed = skipped == 1
            #expect(try TextFile.read(path, bytesMax: 10) == (isRenamed ? [4] : [1, 2, 3]))
        }
    }
}
