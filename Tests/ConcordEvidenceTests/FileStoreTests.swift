import ConcordEncoding
import ConcordFiles
import ConcordModel
import ConcordTesting
import Foundation
import Testing

@testable import ConcordEvidence

@Suite("Files are kept whole, once, under the hash of their contents") struct FileStoreTests {
    let folder: TemporaryFolder
    let store: FileStore

    init() throws {
        folder = try TemporaryFolder()
        store = FileStore(folder: folder.file("a.concord.files"))
    }

    private func put(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
        return folder.file(name)
    }

    private func mode(_ path: String) throws -> Int {
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        return (facts[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    private func names() throws -> [String] { try FolderNames.list(store.folder) }

    /// Lengths around the ends of parts.
    static let sizes =
        [0, 1, PartTree.partBytes - 1, PartTree.partBytes, PartTree.partBytes + 1]
        + [3 * PartTree.partBytes + 17]

    @Test(
        "A file is kept as it is, whatever its length, and the original is only read",
        arguments: sizes
    )
    func aFileIsKept(_ size: Int) throws {
        var random = SeededGenerator(seed: UInt64(size))
        let bytes = random.fileBytes(size)
        let original = try put("photo.jpg", bytes)
        let before = try FileManager.default.attributesOfItem(atPath: original)

        let stored = try store.add(original)

        #expect(stored.file.sha256 == SHA256Digest(hashing: bytes))
        #expect(stored.file.size == size)
        #expect(stored.file.partsRoot == obviousRoot(bytes))
        #expect(stored.beginning == Array(bytes.prefix(512)))
        #expect(!stored.wasHere)
        #expect(try store.state(of: stored.file) == .here)
        #expect(try store.verify(stored.file))
        #expect(try store.bytes(of: stored.file, 0..<size) == bytes)
        #expect(try store.tree(of: stored.file)?.root == stored.file.partsRoot)
        let after = try FileManager.default.attributesOfItem(atPath: original)
        #expect(after[.modificationDate] as? Date == before[.modificationDate] as? Date)
        #expect(try Data(contentsOf: URL(fileURLWithPath: original)) == Data(bytes))
    }

    /// The definition of RFC 6962 once more, as it is written there.
    private func obviousRoot(_ bytes: [UInt8]) -> SHA256Digest {
        func tree(_ leaves: [[UInt8]]) -> SHA256Digest {
            if leaves.isEmpty { return SHA256Digest(hashing: []) }
            if leaves.count == 1 { return SHA256Digest(hashing: [0] + leaves[0]) }
            let left = (0..<20).map { 1 << $0 }.last { $0 < leaves.count } ?? 1
            return SHA256Digest(
                hashing: [1] + tree(Array(leaves[..<left])).bytes
                    + tree(Array(leaves[left...])).bytes
            )
        }
        let starts = stride(from: 0, to: bytes.count, by: PartTree.partBytes)
        return tree(starts.map { Array(bytes[$0..<min($0 + PartTree.partBytes, bytes.count)]) })
    }

    @Test("Only the owner can read the store") func theStoreIsPrivate() throws {
        let stored = try store.add(try put("a", [1, 2, 3]))

        #expect(try mode(store.folder) == 0o700)
        #expect(try mode(store.path(of: stored.file.sha256)) == 0o600)
    }

    @Test("The same bytes are kept once") func theSameBytesAreKeptOnce() throws {
        let bytes = [UInt8](repeating: 7, count: 2 * PartTree.partBytes)
        let first = try store.add(try put("a", bytes))
        let names = try names()
        let second = try store.add(try put("b", bytes))

        #expect(second.wasHere)
        #expect(second.file == first.file)
        #expect(try self.names() == names)
    }

    @Test("A folder, a missing file and a pipe are refused, and nothing is left")
    func whatIsNoFileIsRefused() throws {
        mkfifo(folder.file("pipe"), 0o600)
        for (name, code) in [
            ("missing", FileFailure.Code.notFound), (".", .notRegular), ("pipe", .notRegular),
        ] {
            let failure = #expect(throws: FileFailure.self) { try store.add(folder.file(name)) }
            #expect(failure?.code == code)
        }
        #expect(try names().isEmpty)
    }

    @Test("A disk that is full leaves nothing half written") func aFullDiskLeavesNothing() throws {
        let failure = #expect(throws: FileFailure.self) {
            try store.add(named: "input") { offset, room throws(FileFailure) in
                if offset > 0 { throw FileFailure(.diskFull, "The disk is full.") }
                return room.count
            }
        }

        #expect(failure?.code == .diskFull)
        #expect(try names().isEmpty)
    }

    @Test("What a killed process left is removed, and what a living one writes stays")
    func leftoversAreRemoved() throws {
        let stored = try store.add(try put("a", [1]))
        try Data([1, 2]).write(to: URL(fileURLWithPath: store.folder + "/.new-1"))
        let living = try OpenFile(store.folder + "/.new-2", for: .creating)
        #expect(try living.lock())

        try store.cleanUp()

        #expect(try names() == [".new-2", stored.file.sha256.hex])
        withExtendedLifetime(living.path) {}
    }

    @Test(
        "Every changed byte is noticed",
        arguments: [0, 5, PartTree.partBytes, PartTree.partBytes + 9]
    )
    func aChangedByteIsNoticed(_ place: Int) throws {
        var random = SeededGenerator(seed: 3)
        let bytes = random.fileBytes(PartTree.partBytes + 10)
        let file = try store.add(try put("a", bytes)).file
        var changed = bytes
        changed[place] ^= 1
        try Data(changed).write(to: URL(fileURLWithPath: store.path(of: file.sha256)))

        #expect(try !store.verify(file))
    }

    @Test("A removed file is gone, with its part hashes and what had come of it")
    func aRemovedFileIsGone() throws {
        let bytes = [UInt8](repeating: 1, count: 2 * PartTree.partBytes)
        let file = try store.add(try put("a", bytes)).file
        let other = try store.add(try put("b", [2])).file

        try store.remove(file.sha256)

        #expect(try store.state(of: file) == .promised(bytes: 0))
        #expect(try store.all() == [other.sha256])
        #expect(try names() == [other.sha256.hex])
    }
}
