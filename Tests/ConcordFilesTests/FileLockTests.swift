import ConcordTesting
import Foundation
import Testing

@testable import ConcordFiles

@Suite("A lock beside a file")
struct FileLockTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("a.lock")
    }

    @Test("One object keeps another one out until it has given back as often as it took")
    func objectsExcludeEachOther() throws {
        let first = FileLock(path: path)
        let second = FileLock(path: path)

        #expect(try first.take())
        #expect(try first.take())
        #expect(try !second.take())
        first.giveBack()
        #expect(try !second.take())
        first.giveBack()
        #expect(try second.take())
        second.giveBack()

        #expect(try folder.mode("a.lock") == 0o600)
    }

    @Test("An object that goes away gives the lock back")
    func theEndOfAnObjectGivesBack() throws {
        var first: FileLock? = FileLock(path: path)
        #expect(try first?.take() == true)
        first = nil

        #expect(try FileLock(path: path).take())
    }

    /// A child that is just being started has copies of all descriptors.
    @Test("An object that goes away gives the lock back even where a child has its descriptor")
    func aCopiedDescriptorKeepsNothing() throws {
        var first: FileLock? = FileLock(path: path)
        #expect(try first?.take() == true)
        let held = try (0..<Int32(getdtablesize())).first { descriptor in
            guard fcntl(descriptor, F_GETFD) >= 0,
                let named = try FileFacts(path)
            else { return false }
            return named.isSameFile(as: try FileFacts(descriptor: descriptor, path))
        }
        let copy = dup(try #require(held))
        defer { close(copy) }
        first = nil

        #expect(try FileLock(path: path).take())
    }

    @Test("Who waits too long is told")
    func waitingHasAnEnd() throws {
        let first = FileLock(path: path)
        #expect(try first.take())

        let error = #expect(throws: FileFailure.self) {
            try FileLock(path: path).withLock(waiting: 30) {}
        }

        #expect(error?.code == .busy)
    }

    @Test("Where somebody removed the file, the new file is what counts")
    func aRemovedFileIsMadeAgain() throws {
        let first = FileLock(path: path)
        #expect(try first.take())
        first.giveBack()
        try FileManager.default.removeItem(atPath: path)
        let second = FileLock(path: path)
        #expect(try second.take())

        #expect(try !first.take())
    }

    @Test("A link is not followed")
    func aLinkIsRefused() throws {
        try FileManager.default.createSymbolicLink(
            atPath: path,
            withDestinationPath: folder("elsewhere")
        )

        #expect(throws: FileFailure.self) { try FileLock(path: path).take() }
        #expect(try folder.names == ["a.lock"])
    }

    @Test("Of many threads one is inside at a time, each with an object of its own")
    func threadsExcludeEachOther() async throws {
        let counter = folder("counter")
        try Data("0".utf8).write(to: URL(fileURLWithPath: counter))

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { [path] in
                    let lock = FileLock(path: path)
                    for _ in 0..<50 {
                        try lock.withLock(waiting: 20_000) {
                            let url = URL(fileURLWithPath: counter)
                            let text = try String(contentsOf: url, encoding: .utf8)
                            try Data(String((Int(text) ?? -1) + 1).utf8).write(to: url)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }

        #expect(try String(contentsOfFile: counter, encoding: .utf8) == "200")
    }
}
