import ConcordFiles
import ConcordTesting
import Foundation
import Testing

@Suite("Files that people name for output")
struct OutputFileTests {
    private let folder: TemporaryFolder
    private let text = Array("new\n".utf8)

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ name: String) -> FileFailure.Code? {
        do {
            try OutputFile.write(text, to: folder(name))
            return nil
        } catch {
            return error.code
        }
    }

    @Test("A new file has all bytes, is its owner's alone, and nothing else is left in the folder")
    func aNewFileIsPrivate() throws {
        #expect(refusal("report.html") == nil)

        #expect(try folder.bytes("report.html") == text)
        #expect(try folder.mode("report.html") == 0o600)
        #expect(try folder.names == ["report.html"])
    }

    @Test("An ordinary file is replaced and keeps its rights; its other names keep the old bytes")
    func anOrdinaryFileIsReplaced() throws {
        try folder.put("report.html", Array("old".utf8), mode: 0o640)
        try FileManager.default.linkItem(atPath: folder("report.html"), toPath: folder("copy"))

        #expect(refusal("report.html") == nil)

        #expect(try folder.bytes("report.html") == text)
        #expect(try folder.mode("report.html") == 0o640)
        #expect(try folder.bytes("copy") == Array("old".utf8))
        #expect(try folder.names == ["copy", "report.html"])
    }

    @Test(
        "A database, its log and a key are never replaced",
        arguments: [
            Array("SQLite format 3\0 and pages".utf8),
            [0x37, 0x7F, 0x06, 0x82, 0, 0],
            [0x37, 0x7F, 0x06, 0x83, 0, 0],
            Array("-----BEGIN PRIVATE KEY-----\nMC4C\n".utf8),
            Array("notes before it\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n".utf8),
        ] as [[UInt8]]
    )
    func whatExistsNowhereElseIsKept(_ bytes: [UInt8]) throws {
        try folder.put("precious", bytes)

        #expect(refusal("precious") == .protected)

        #expect(try folder.bytes("precious") == bytes)
        #expect(try folder.names == ["precious"])
    }

    @Test(
        "What belongs to a replica is not written, whether it is there or not",
        arguments: FileBeside.allCases
    )
    func partsOfAReplicaAreKept(_ part: FileBeside) throws {
        let suffix = part.rawValue
        try folder.put("a.concord", Array("SQLite format 3\0".utf8))

        #expect(refusal("a.concord" + suffix) == .protected)
        try folder.put("a.concord" + suffix, [1, 2, 3])
        #expect(refusal("a.concord" + suffix) == .protected)

        #expect(try folder.bytes("a.concord" + suffix) == [1, 2, 3])
    }

    @Test("A replica that is still empty is told by its lock")
    func anEmptyReplicaIsKept() throws {
        try folder.put("a.concord", [])
        try folder.put("a.concord.lock", [])

        #expect(refusal("a.concord") == .protected)
    }

    @Test("A link, a folder and a device are not written, nor is what a link leads to")
    func onlyRegularFilesAreReplaced() throws {
        try folder.put("target", [7])
        try FileManager.default.createSymbolicLink(
            atPath: folder("link"),
            withDestinationPath: folder("target")
        )
        try FileManager.default.createSymbolicLink(
            atPath: folder("dangling"),
            withDestinationPath: folder("nowhere")
        )
        try FileManager.default.createDirectory(
            atPath: folder("folder"),
            withIntermediateDirectories: false
        )
        #expect(mkfifo(folder("pipe"), 0o600) == 0)

        for name in ["link", "dangling", "folder", "pipe", "../../../../../../dev/null"] {
            #expect(refusal(name) == .notRegular, "\(name)")
        }

        #expect(try folder.bytes("target") == [7])
        #expect(try folder.names == ["dangling", "folder", "link", "pipe", "target"])
    }

    @Test("A folder that does not exist is told, and so is an empty name")
    func whereNothingCanBeWrittenIsTold() {
        #expect(refusal("no/such/file") == .notFound)
        #expect(throws: FileFailure.self) { try OutputFile.write(text, to: "") }
        #expect(refusal(String(repeating: "x", count: 300)) == .notAllowed)
    }
}

@Suite("Concord's own small files")
struct OwnFileTests {
    private let folder: TemporaryFolder
    private let note = Array("note 00000001\n".utf8)

    init() throws { folder = try TemporaryFolder() }

    private func isNote(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("note ".utf8)) }

    @Test("A note is made, replaced and read; it is its owner's alone unless it had other rights")
    func aNoteIsReplaced() throws {
        try OwnFile.write(note, to: folder("n"), replacing: isNote)
        #expect(try folder.mode("n") == 0o600)

        let second = Array("note 00000002 and longer\n".utf8)
        try OwnFile.write(second, to: folder("n"), replacing: isNote)

        #expect(try OwnFile.read(folder("n"), most: 100) == second)
        #expect(try OwnFile.read(folder("other"), most: 100) == nil)
        #expect(try folder.names == ["n"])
    }

    @Test("What is not ours, or a link, is neither replaced nor followed")
    func whatIsNotOursStays() throws {
        try folder.put("theirs", Array("a letter 1234\n".utf8))
        try FileManager.default.createSymbolicLink(
            atPath: folder("link"),
            withDestinationPath: folder("theirs")
        )
        try FileManager.default.linkItem(atPath: folder("theirs"), toPath: folder("second"))

        for name in ["theirs", "link"] {
            #expect(throws: FileFailure.self) {
                try OwnFile.write(note, to: folder(name), replacing: isNote)
            }
        }
        for name in ["second", "link"] {
            #expect(throws: FileFailure.self) {
                try OwnFile.writeInPlace(note, to: folder(name), replacing: isNote)
            }
        }
        #expect(throws: FileFailure.self) { try OwnFile.read(folder("link"), most: 100) }

        #expect(try folder.bytes("theirs") == Array("a letter 1234\n".utf8))
    }

    @Test("A note is written over in place, and replaced where it has another length")
    func aNoteIsWrittenOver() throws {
        func write(_ text: String) throws {
            try OwnFile.writeInPlace(Array(text.utf8), to: folder("n"), replacing: isNote)
        }
        try write("note 00000001\n")
        try write("note 00000002\n")
        #expect(try folder.bytes("n") == Array("note 00000002\n".utf8))
        #expect(try folder.mode("n") == 0o600)

        try write("note 3, longer than it was\n")
        #expect(try folder.bytes("n") == Array("note 3, longer than it was\n".utf8))

        try folder.put("n", Array("a letter".utf8))
        #expect(throws: FileFailure.self) { try write("note 00000004\n") }
        #expect(try folder.bytes("n") == Array("a letter".utf8))
    }

    @Test("A file is moved only to where nothing stands")
    func movingReplacesNothing() throws {
        try folder.put("a", [1])
        try folder.put("b", [2])

        #expect(try !OwnFile.move(folder("a"), to: folder("b")))
        #expect(try OwnFile.move(folder("a"), to: folder("c")))

        #expect(try folder.names == ["b", "c"])
        #expect(try folder.bytes("b") == [2])
    }
}
