import ConcordDiff
import ConcordEncoding
import ConcordEvidence
import ConcordFiles
import ConcordMerge
import ConcordModel
import ConcordTesting
import Foundation
import Testing

@testable import ConcordStorage

@Suite(
    "An order that erases the promise of a file destroys the file, on each replica that takes the order in"
)
struct ErasedFileTests {
    private let team: Team
    private let folder: TemporaryFolder

    init() throws {
        team = try Team()
        folder = try TemporaryFolder()
    }

    /// Records evidence with a file that every device holds.
    private func record(_ id: String, _ bytes: [UInt8]) throws -> (file: FilePromise, diff: DiffID)
    {
        let path = folder.file(id)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var promise: FilePromise?
        for device in team.devices { promise = try store(of: device).add(path).file }
        let file = try #require(promise)
        let diff = try #require(
            try team.devices[1].save(
                add(
                    "/evidence/\(id)",
                    [
                        "kind": "photo", "title": "Screen", "fileName": "screen.png",
                        "sha256": .string(WireText(file.sha256.hex)),
                        "size": .integer(Int64(file.size)),
                        "partsRoot": .string(WireText(file.partsRoot.hex)),
                    ]
                )
            )
        )
        try team.syncAll()
        return (file, diff.id)
    }

    private func store(of device: Device) -> FileStore {
        FileStore(folder: FileBeside.files.of(device.path))
    }

    /// Orders the promise, and the name, of the file of an item erased.
    private func erase(_ id: String, in diff: DiffID, by order: String) throws {
        let leader = team.devices[0]
        let paths: Set<CellPath> = [
            cell("/evidence/\(id)/partsRoot"), cell("/evidence/\(id)/fileName"),
        ]
        let envelope = try #require(try leader.store.read { try $0.envelope(of: diff) })
        let left = try UnverifiedDiff(envelope: envelope).body.erasing(paths, by: WireText(order))
        try leader.save(
            add(
                "/erasure/\(order)",
                [
                    "bodies": .object([diff.text: .string(left.hash.base64url)]),
                    "paths": .array(paths.map { .string($0.description) }),
                ]
            )
        )
    }

    @Test func theFileIsGoneWhereTheOrderIs() throws {
        let (file, diff) = try record("v1", [1, 2, 3])
        let (other, _) = try record("v2", [4, 5, 6])
        try erase("v1", in: diff, by: "x1")
        for device in team.devices { #expect(try store(of: device).holds(file)) }

        try team.syncAll()

        for device in team.devices {
            #expect(try store(of: device).all() == [other.sha256], "\(device.name)")
            #expect(try device.value("/evidence/v1/partsRoot") == nil)
            #expect(try device.value("/evidence/v1/sha256") == .string(WireText(file.sha256.hex)))
            #expect(try device.store.checkState().isSame)
        }
    }

    @Test func aFileThatAnotherItemPromisesStaysUntilThatIsErasedToo() throws {
        let (file, first) = try record("v1", [1, 2, 3])
        let (_, second) = try record("v2", [1, 2, 3])

        try erase("v1", in: first, by: "x1")
        try team.syncAll()
        for device in team.devices { #expect(try store(of: device).holds(file)) }
        try erase("v2", in: second, by: "x2")
        try team.syncAll()

        for device in team.devices { #expect(try !store(of: device).holds(file)) }
    }

    @Test func aHiddenItemKeepsItsFileAndCanBeErased() throws {
        let (file, diff) = try record("v1", [7])
        try team.devices[0].save(Operation(.remove, at: cell("/evidence/v1"), reason: "twice"))
        try team.syncAll()
        let promises = try team.devices[1].store.read { try $0.promises() }
        #expect(promises.map(\.isPresent) == [false])
        #expect(promises.map(\.file) == [file])

        try erase("v1", in: diff, by: "x1")
        try team.syncAll()

        for device in team.devices { #expect(try !store(of: device).holds(file)) }
    }
}
