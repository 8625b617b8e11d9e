import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import Foundation
import GRDB
import Testing

@testable import ConcordStorage

@Suite struct ErasureTests {
    private static let secret = "Wanda Quillfeather"

    /// A team in which ben wrote a name, which ann orders to be destroyed.
    ///
    /// - Parameter confirmed: whether it stands in evidence of a finding that ann confirmed at the same time.
    private func erased(
        confirmed: Bool = false
    ) throws -> (Team, erasing: DiffID, order: DiffID) {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ben.save(
            add(
                "/evidence/v1",
                [
                    "title": .string("Talk with \(Self.secret)"), "kind": "record",
                    "content": .string("Talk with \(Self.secret)"),
                ]
            )
        )
        let path = cell("/evidence/v1/source")
        if confirmed {
            try ben.save(add("/finding/f1", ["state": "draft", "evidence": ["v1": true]]))
            try ben.set("/finding/f1/state", "submitted")
            try team.syncAll()
            try ann.set("/finding/f1/state", "confirmed")
        }
        let written = try #require(try ben.save(Operation(.add(.string(Self.secret)), at: path)))
        try team.syncAll()
        let first = try #require(
            try ann.store.read { try $0.history(of: cell("/evidence/v1")) }.first
        )
        var bodies: JSONObject = [:]
        let paths: Set<CellPath> = [path, cell("/evidence/v1/title"), cell("/evidence/v1/content")]
        for id in [written.id, first.diff] {
            let envelope = try #require(try ann.store.read { try $0.envelope(of: id) })
            let left = try UnverifiedDiff(envelope: envelope).body.erasing(paths, by: "x1")
            bodies[id.text] = .string(left.hash.base64url)
        }
        let order = try #require(
            try ann.save(
                add(
                    "/erasure/x1",
                    [
                        "bodies": .object(bodies),
                        "paths": .array(paths.map { .string($0.description) }),
                    ]
                )
            )
        )
        return (team, written.id, order.id)
    }

    private func isInFile(_ device: Device) throws -> Bool {
        for suffix in ["", "-wal"]
        where FileManager.default.fileExists(atPath: device.path + suffix) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: device.path + suffix))
            if bytes.range(of: Data(Self.secret.utf8)) != nil { return true }
        }
        return false
    }

    /// What stands for a diff in the log as a tree has no part of its contents.
    @Test func theLogsRootStaysAsItWas() throws {
        let (team, _, order) = try erased()
        try team.syncAll()

        for device in team.devices {
            let (range, leaves, position) = try device.store.read { reader in
                var leaves: [SHA256Digest] = []
                var erasures = 0
                try reader.log { line in
                    let diff = try UnverifiedDiff(envelope: line.envelope, mayBeErased: true)
                    if diff.isErased { erasures += 1 }
                    if line.position != nil { leaves.append(MerkleTree.leafHash(diff.leaf)) }
                }
                #expect(erasures > 0)
                return (try reader.logRange, leaves, try reader.diff(order)?.position)
            }
            #expect(range.root == MerkleTree.root(of: leaves))
            #expect(range.size == leaves.count)
            #expect(position != nil)
        }
        #expect(Set(try team.devices.map { try $0.store.read { try $0.logRange } }).count == 1)
    }

    @Test func anOrderIsCarriedOutOnceItHasItsPlaceAndLeavesNothingInTheFiles() throws {
        let (team, _, _) = try erased()
        let ben = team.devices[1]
        #expect(try isInFile(ben))
        #expect(try team.devices[0].value("/evidence/v1/source") == .string(Self.secret))

        try team.syncAll()

        for device in team.devices {
            #expect(try device.value("/evidence/v1/source") == nil)
            // A title is a value, of which nothing is left; a text keeps its length.
            #expect(try device.value("/evidence/v1/title") == nil)
            let content = try device.value("/evidence/v1/content")?.stringValue?.string
            #expect(content == String(repeating: "\u{FFFD}", count: 28))
            #expect(try device.value("/evidence/v1/kind") == "record")
            #expect(try !isInFile(device), "\(device.name)")
            #expect(try device.store.checkState().differences == [])
        }
        #expect(Set(try team.devices.map { try $0.digest() }).count == 1)
    }

    /// The conflict over a finding names what was written in the evidence it cites, and with it what is erased there.
    @Test func aRemovalWhoseReasonIsErasedStaysOne() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        let path = cell("/evidence/v1")
        try ben.save(add("/evidence/v1", ["title": "Notes", "kind": "record"]))
        let removal = Operation(.remove, at: path, reason: WireText(Self.secret))
        let removed = try #require(try ben.save(removal))
        try team.syncAll()

        let envelope = try #require(try ann.store.read { try $0.envelope(of: removed.id) })
        let left = try UnverifiedDiff(envelope: envelope).body.erasing([path], by: "x1")
        let fields: JSONObject = [
            "bodies": .object([removed.id.text: .string(left.hash.base64url)]),
            "paths": .array([.string(path.description)]),
        ]
        try ann.save(add("/erasure/x1", fields))
        try team.syncAll()

        #expect(try !isInFile(ben))
        for device in [ann, ben] {
            #expect(try device.store.checkState().isSame)
            #expect(
                try device.store.read { try $0.record(kind: "evidence", id: "v1") }?.isPresent
                    == false
            )
        }
        #expect(try ann.digest() == ben.digest())
    }

    @Test func whatAConflictElsewhereNamesIsErasedToo() throws {
        let (team, _, _) = try erased(confirmed: true)
        let candidates = try team.devices[1].conflicts().first?.candidates ?? []
        #expect(candidates.contains { $0.value == .string(WireText(Self.secret)) })

        try team.syncAll()

        for device in team.devices {
            #expect(try device.conflicts().first?.kind == .confirmedEdited)
            #expect(try !isInFile(device), "\(device.name)")
            #expect(try device.store.checkState().differences == [])
        }
        #expect(Set(try team.devices.map { try $0.digest() }).count == 1)
    }

    /// The file says of itself what was erased by an order: that is not asked again.
    @Test func whatWasErasedIsKeptBehindAGap() throws {
        let (team, erasing, _) = try erased()
        try team.syncAll()
        let ben = team.devices[1]
        let digest = try ben.digest()
        let count = try ben.store.read { reader in
            var count = 0
            try reader.log { _ in count += 1 }
            return count
        }
        try ben.store.pool.write {
            try $0.execute(sql: "UPDATE diff SET position = NULL WHERE position = 1")
        }
        try ben.store.release()

        let result = try ReplicaStore.rebuild(at: ben.path, verifier: HashVerifier())

        #expect(result.diffs == count)
        #expect(result.apart == nil)
        try ben.reopen()
        #expect(try ben.store.read { try $0.envelope(of: erasing) } != nil)
        #expect(try ben.store.checkState().differences == [])
        #expect(try !isInFile(ben))
        #expect(try ben.digest() == digest)
    }

    /// Whoever gets what two orders in turn have left cannot know what the first one had left.
    @Test func twoOrdersInTurnLeaveTheSameEverywhere() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        let written = try #require(
            try ben.save(
                add(
                    "/evidence/v1",
                    ["title": .string(Self.secret), "content": .string(Self.secret)]
                )
            )
        )
        try team.syncAll()

        for (record, field) in [("x1", "title"), ("x2", "content")] {
            let path = cell("/evidence/v1/\(field)")
            let envelope = try #require(try ann.store.read { try $0.envelope(of: written.id) })
            let left = try UnverifiedDiff(envelope: envelope, mayBeErased: true)
                .body.erasing([path], by: WireText(record))
            let bodies: JSONObject = [written.id.text: .string(left.hash.base64url)]
            try ann.save(
                add(
                    "/erasure/\(record)",
                    ["bodies": .object(bodies), "paths": [.string(path.description)]]
                )
            )
            try team.syncAll()
        }

        for device in team.devices {
            #expect(try !isInFile(device), "\(device.name)")
            #expect(try device.store.checkState().differences == [])
        }
        #expect(Set(try team.devices.map { try $0.digest() }).count == 1)
    }

    /// Replacement characters are longer than what they replace: what is left can be read all the same, here
    /// and by whoever comes later.
    @Test func theLongestTextCanBeErasedAndRead() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        let text = String(repeating: "x", count: DiffLimits.stringBytes)
        let written = try #require(
            try ben.save(
                add(
                    "/evidence/v1",
                    ["title": .string(Self.secret), "content": .string(WireText(text))]
                )
            )
        )
        try team.syncAll()
        let path = cell("/evidence/v1/content")
        let envelope = try #require(try ann.store.read { try $0.envelope(of: written.id) })
        let left = try UnverifiedDiff(envelope: envelope).body.erasing([path], by: "x1")
        try ann.save(
            add(
                "/erasure/x1",
                [
                    "bodies": .object([written.id.text: .string(left.hash.base64url)]),
                    "paths": [.string(path.description)],
                ]
            )
        )
        try team.syncAll()

        try ben.store.close()
        try ben.reopen()

        let gone = String(repeating: "\u{FFFD}", count: DiffLimits.stringBytes)
        #expect(try ben.value("/evidence/v1/content")?.stringValue?.string == gone)
        #expect(try ben.store.checkState().differences == [])
        let late = try Device("late", in: try TemporaryFolder())
        let items = try logItems(of: ann)
        #expect(try late.store.takeIn(log: items, from: 0).refused == nil)
        #expect(try late.digest() == ann.digest())
    }

    @Test func whatAProcessThatDiedLeftIsDestroyedWhenTheFileIsOpened() throws {
        let (team, _, _) = try erased()
        let ann = team.devices[0]
        try team.syncAll()
        try ann.store.pool.writeWithoutTransaction { db in
            // As if it had died after the commit: freed pages hold the name.
            try db.execute(
                sql: "CREATE TABLE scrap (text TEXT); INSERT INTO scrap VALUES (?)",
                arguments: ["\(Self.secret) \(String(repeating: "x", count: 5000))"]
            )
            try db.execute(sql: "DROP TABLE scrap")
            try FoldStart.noteRemains(try StatementCache(db))
        }
        #expect(try isInFile(ann))
        try ann.store.close()

        try ann.reopen()

        #expect(try !isInFile(ann))
        #expect(try !ann.store.pool.read { try FoldStart.hasRemains(try StatementCache($0)) })
    }

    @Test func whatWasErasedComesInOnlyWithItsOrder() throws {
        let (team, erasing, order) = try erased()
        try team.syncAll()
        let ann = team.devices[0]
        var items: [LogItem] = []
        try ann.store.read { reader in
            try reader.log { line in
                let diff = try UnverifiedDiff(envelope: line.envelope, mayBeErased: true)
                items.append(.new(VerifiedDiff(unchecked: diff, proof: .signature)))
            }
        }
        let folder = try TemporaryFolder()
        let late = try Device("late", in: folder)
        let index = try #require(items.firstIndex { $0.id == order })

        let without = try late.store.takeIn(log: Array(items[..<index]), from: 0)
        #expect(without.refused?.reason == .diff(DiffError(.bodyMismatch)))
        #expect(without.position < items.firstIndex { $0.id == erasing } ?? 0)

        let rest = Array(items[without.position...])
        let with = try late.store.takeIn(log: rest, from: without.position)
        #expect(with.refused == nil)
        #expect(try late.digest() == ann.digest())
        #expect(try late.store.checkState().differences == [])
    }

    /// What the log holds now, as a server gives it.
    private func logItems(of device: Device) throws -> [LogItem] {
        var items: [LogItem] = []
        try device.store.read { reader in
            try reader.log { line in
                let diff = try UnverifiedDiff(envelope: line.envelope, mayBeErased: true)
                items.append(.new(VerifiedDiff(unchecked: diff, proof: .signature)))
            }
        }
        return items
    }

    @Test func whatWasErasedIsNotTakenInWithoutAPlace() throws {
        let (team, erasing, _) = try erased()
        try team.syncAll()
        let items = try logItems(of: team.devices[0])
        let late = try Device("late", in: try TemporaryFolder())
        let index = try #require(items.firstIndex { $0.isErased })
        #expect(try late.store.takeIn(log: Array(items[..<index]), from: 0).refused == nil)
        let before = try late.digest()
        guard case .new(let diff) = items[index] else { return }

        let taken = try late.store.takeIn(pending: [diff])

        #expect(taken == [.refused(DiffError(.bodyMismatch))])
        #expect(try late.digest() == before && erasing != diff.id)
    }

    /// An erased diff and the order that says so come in together, however much stands between them.
    @Test func anOrderFarBehindWhatItErasedComesInWithIt() throws {
        let (team, _, _) = try erased()
        let ben = team.devices[1]
        for number in 0..<9 { try ben.save(add("/finding/f\(number)")) }
        try team.sync(ben)
        try team.syncAll()
        let items = try logItems(of: team.devices[0])
        let folder = try TemporaryFolder()
        let late = try Device("late", in: folder)

        let result = try late.store.takeIn(log: items, from: 0, most: 4)

        #expect(result == LogTakeIn(position: items.count, new: items.count))
        #expect(try late.digest() == ben.digest())
    }

    /// A process that dies right after the commit has noted that something of it may remain.
    @Test func theCommitThatErasesNotesThatContentsMayRemain() throws {
        let (team, _, _) = try erased()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try team.sync(ann)
        let (size, items) = try ben.store.read { reader in
            (
                try reader.logSize,
                try team.log[reader.logSize...].map { LogItem.new(try verified($0)) }
            )
        }
        try ben.store.pool.writeWithoutTransaction { db in
            let statements = try StatementCache(db)
            try statements.transaction {
                let start = try FoldStart(statements)
                #expect(start.fold.logSize == size)
                var session = try FoldSession(
                    start,
                    statements: statements,
                    verifier: HashVerifier()
                )
                #expect(try session.fold.order.takeIn(log: items) == nil)
                try session.flush()
            }
        }
        #expect(try ben.store.pool.read { try FoldStart.hasRemains(try StatementCache($0)) })
        try ben.store.close()

        try ben.reopen()

        #expect(try !isInFile(ben))
        #expect(try !ben.store.pool.read { try FoldStart.hasRemains(try StatementCache($0)) })
    }
}
