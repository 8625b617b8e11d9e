import ConcordEncoding
import ConcordFiles
import ConcordModel
import ConcordTesting
import Foundation
import Testing

@testable import ConcordEvidence

@Suite("A file that comes in pieces is the promised one, or none") struct PartialFileTests {
    let folder: TemporaryFolder
    let store: FileStore
    let bytes: [UInt8]
    let file: FilePromise
    let tree: PartTree

    init() throws {
        folder = try TemporaryFolder()
        var random = SeededGenerator(seed: 11)
        bytes = random.fileBytes(2 * PartTree.partBytes + 1000)
        let source = FileStore(folder: folder.file("source"))
        let original = folder.file("original")
        try Data(bytes).write(to: URL(fileURLWithPath: original))
        file = try source.add(original).file
        tree = try #require(try source.tree(of: file))
        store = FileStore(folder: folder.file("target"))
    }

    private func append(_ range: Range<Int>, of bytes: [UInt8], at start: Int? = nil) throws -> Int
    {
        try bytes[range].withUnsafeBytes {
            try PartialFile(file, in: store).append($0, at: start ?? range.lowerBound)
        }
    }

    @Test(
        "It is whole after pieces of any lengths, also empty ones",
        arguments: 1...8 as ClosedRange<UInt64>
    )
    func piecesOfAnyLengths(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let partial = PartialFile(file, in: store)
        #expect(try partial.note(tree))
        var offset = 0
        while offset < file.size {
            let end = min(offset + random.below(700_000), file.size)
            #expect(try append(offset..<end, of: bytes) == end)
            offset = end
            #expect(try partial.offset() == offset)
            let state: FileStore.State = offset == file.size ? .here : .promised(bytes: offset)
            #expect(try store.state(of: file) == state)
        }

        #expect(try store.verify(file))
        #expect(
            try FolderNames.list(store.folder) == [file.sha256.hex, file.sha256.hex + ".parts"]
        )
    }

    @Test("Bytes that do not continue it are not taken, and it says where it continues")
    func wrongPlacesAreRefused() throws {
        _ = try PartialFile(file, in: store).note(tree)
        _ = try append(0..<5000, of: bytes)

        for start in [0, 4999, 5001, PartTree.partBytes] {
            let refusal = #expect(throws: PartialFile.Refusal.self) {
                try append(0..<10, of: bytes, at: start)
            }
            #expect(refusal == .wrongOffset(5000))
        }
        let refusal = #expect(throws: PartialFile.Refusal.self) {
            try (bytes + [0])[5000...].withUnsafeBytes {
                try PartialFile(file, in: store).append($0, at: 5000)
            }
        }
        #expect(refusal == .wrongOffset(5000))
        #expect(try store.state(of: file) == .promised(bytes: 5000))
    }

    @Test("A wrong byte costs its own part and no other", arguments: [0, 1, 2])
    func aWrongByteCostsItsPart(_ part: Int) throws {
        _ = try PartialFile(file, in: store).note(tree)
        let range = file.range(ofPart: part)
        var wrong = bytes
        wrong[range.lowerBound + 7] ^= 1
        if part > 0 { _ = try append(0..<range.lowerBound, of: bytes) }

        let refusal = #expect(throws: PartialFile.Refusal.self) { try append(range, of: wrong) }

        #expect(refusal == .wrongPart(range.lowerBound))
        #expect(try PartialFile(file, in: store).offset() == range.lowerBound)
        #expect(try append(range.lowerBound..<file.size, of: bytes) == file.size)
        #expect(try store.verify(file))
    }

    @Test("Without the part hashes nothing is taken, and wrong ones are not noted")
    func nothingIsTakenUnchecked() throws {
        var hashes = tree.parts
        hashes.swapAt(0, 1)
        #expect(try !PartialFile(file, in: store).note(PartTree(hashes)))
        #expect(try !PartialFile(file, in: store).note(PartTree(Array(tree.parts.dropLast()))))

        let refusal = #expect(throws: PartialFile.Refusal.self) { try append(0..<1, of: bytes) }

        #expect(refusal == .partsMissing)
    }

    @Test("Parts that a crash damaged are noticed at the end and sent again")
    func damagedPartsAreNoticed() throws {
        _ = try PartialFile(file, in: store).note(tree)
        _ = try append(0..<2 * PartTree.partBytes, of: bytes)
        let held = PartialFile.path(of: file, in: store)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: held))
        try handle.seek(toOffset: UInt64(PartTree.partBytes) + 3)
        try handle.write(contentsOf: [0, 0, 0, 0])
        try handle.close()

        let refusal = #expect(throws: PartialFile.Refusal.self) {
            try append(2 * PartTree.partBytes..<file.size, of: bytes)
        }

        #expect(refusal == .wrongPart(PartTree.partBytes))
        #expect(try append(PartTree.partBytes..<file.size, of: bytes) == file.size)
        #expect(try store.verify(file))
    }

    @Test("A promise of other bytes leaves nothing, and harms no true one")
    func aFalsePromiseLeavesNothing() throws {
        let false0 = FilePromise(
            sha256: SHA256Digest(hashing: [9]),
            size: file.size,
            partsRoot: file.partsRoot
        )
        let promise = try #require(false0)
        let partial = PartialFile(promise, in: store)
        #expect(try partial.note(tree))

        let refusal = #expect(throws: PartialFile.Refusal.self) {
            try bytes.withUnsafeBytes { try partial.append($0, at: 0) }
        }

        #expect(refusal == .wrongPromise)
        #expect(try FolderNames.list(store.folder).isEmpty)
    }

    @Test("An empty file comes with no bytes") func anEmptyFileComes() throws {
        let empty = SHA256Digest(hashing: [])
        let file = try #require(FilePromise(sha256: empty, size: 0, partsRoot: empty))

        let end = try [UInt8]().withUnsafeBytes {
            try PartialFile(file, in: store).append($0, at: 0)
        }

        #expect(end == 0)
        #expect(try store.state(of: file) == .here)
    }
}
