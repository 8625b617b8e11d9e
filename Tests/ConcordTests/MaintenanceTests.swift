import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSigning
import ConcordTesting
import Foundation
import GRDB
import Testing

/// Checking, rebuilding and importing a log.
@Suite struct MaintenanceTests {
    private let folder: TemporaryFolder
    private let path: String
    private let replica: Replica

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("a.concord")
        let draft = EngagementDraft(leader: "Ines", device: "d")
        replica = try Replica.create(at: path, engagement: draft).replica
        for number in 1...4 { _ = try addFinding(replica, title: "Finding \(number)") }
    }

    private func sql(_ sql: String, _ arguments: StatementArguments = []) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql, arguments: arguments) }
        try queue.close()
    }

    private func lines(of replica: Replica) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        try replica.log { lines.append($0.exported) }
        return lines
    }

    private func envelope(_ index: Int) throws -> UnverifiedDiff {
        var envelopes: [[UInt8]] = []
        try replica.log { envelopes.append($0.envelope) }
        return try UnverifiedDiff(envelope: envelopes[index])
    }

    // MARK: Verifying.

    @Test func aWholeLogHasNoFaults() throws {
        let report = try replica.verify()

        #expect(report.diffs == 5)
        #expect(report.signatures == 5)
        #expect(report.faults == [])
    }

    @Test func aMissingDiffIsFound() throws {
        try sql("DELETE FROM diff WHERE number = 3")

        let faults = try replica.verify().faults

        #expect(faults.map(\.line) == [2, 3])
        #expect(faults.allSatisfy { $0.refusal.code == .missingParent })
    }

    @Test func aWrongSignatureIsFound() throws {
        let diff = try envelope(2)
        let other = try envelope(3)
        let text = String(decoding: diff.envelope, as: UTF8.self).replacingOccurrences(
            of: Base64URL.encode(diff.signature),
            with: Base64URL.encode(other.signature)
        )
        try sql("UPDATE diff SET envelope = ? WHERE number = 3", [Data(text.utf8)])

        let faults = try replica.verify().faults

        #expect(faults.first?.line == 2)
        #expect(faults.first?.refusal.code == .badSignature)
    }

    @Test func aDiffOfAnotherEngagementIsFound() throws {
        let other = try Replica.create(
            at: folder.file("b.concord"),
            engagement: EngagementDraft(leader: "Ruth", device: "d")
        ).replica
        _ = try addFinding(other, title: "Theirs")
        var theirs: [[UInt8]] = []
        try other.log { theirs.append($0.envelope) }
        try sql("UPDATE diff SET envelope = ? WHERE number = 3", [Data(theirs[1])])

        let faults = try replica.verify().faults

        #expect(faults.first?.line == 2)
        #expect(faults.first?.refusal.code == .wrongEngagement)
    }

    @Test func aBrokenChainIsFound() throws {
        // Signed, and after the right diffs, but with a number that leaves one out.
        let last = try envelope(4)
        var head = last.head
        head.seq += 2
        head.parents = [last.id]
        let key = try SigningKey(file: path + ".key")
        let diff = try UnverifiedDiff(head: head, body: last.body, signer: key)
        try sql(
            """
            INSERT INTO diff SELECT 6, ?, branch, 7, 7, NULL, 0, 1, time, seen, ? FROM diff
            WHERE number = 5
            """,
            [Data(diff.id.bytes), Data(diff.envelope)]
        )

        let faults = try replica.verify().faults

        #expect(faults.map(\.line) == [5])
        #expect(faults.first?.refusal.code == .brokenChain)
    }

    // MARK: Rebuilding.

    @Test func aStateThatWasChangedByHandIsMendedInPlace() throws {
        let before = try replica.snapshot().digest
        try sql("UPDATE finding SET title = 'changed by hand'")
        #expect(try !replica.rebuild(check: true).isSame)

        #expect(try !replica.rebuild(check: false).isSame)

        #expect(try replica.rebuild(check: true).isSame)
        #expect(try replica.snapshot().digest == before)
    }

    @Test func aWholeFileIsNotReplaced() throws {
        let names = try folder.names

        let report = try Replica.rebuild(at: path)

        #expect(report.isSame)
        #expect(report.rebuilt == nil)
        #expect(try folder.names == names)
    }

    // MARK: Importing.

    /// A replica of the same engagement that holds only the first lines.
    private func younger(_ count: Int) throws -> Replica {
        let copy = folder.file("copy\(count).concord")
        try FileManager.default.copyItem(atPath: path + ".key", toPath: copy + ".key")
        let queue = try DatabaseQueue(path: path)
        try queue.backup(to: try DatabaseQueue(path: copy))
        try queue.close()
        let other = try DatabaseQueue(path: copy)
        try other.write {
            try $0.execute(sql: "DELETE FROM diff WHERE number > ?", arguments: [count])
        }
        try other.close()
        _ = try Replica.rebuild(at: copy)
        return try Replica.open(at: copy)
    }

    private func joined(_ lines: [[UInt8]]) -> [UInt8] {
        Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    @Test func anExportedLogIsImported() throws {
        let younger = try younger(2)
        let lines = try lines(of: replica)

        let report = try younger.importLog(joined(lines + lines))

        #expect(report.diffs == 10)
        #expect(report.new == 3)
        #expect(try younger.snapshot().digest == replica.snapshot().digest)
        #expect(try younger.rebuild(check: true).isSame)
        #expect(try younger.importLog(joined(lines)).new == 0)
        #expect(try younger.importLog([]).diffs == 0)
    }

    @Test func whatDoesNotFitIsRefusedWithItsLineAndNothingIsTakenIn() throws {
        let younger = try younger(2)
        let before = try younger.snapshot().digest
        let lines = try lines(of: replica)
        let signature = Base64URL.encode(try envelope(2).signature)
        let forged = Array(
            String(decoding: lines[3], as: UTF8.self).replacingOccurrences(
                of: Base64URL.encode(try envelope(3).signature),
                with: signature
            ).utf8
        )
        let other = try Replica.create(
            at: folder.file("b.concord"),
            engagement: EngagementDraft(leader: "Ruth", device: "d")
        ).replica
        let foreign = try self.lines(of: other)

        func refusal(_ lines: [[UInt8]]) throws -> ImportRefusal? {
            do {
                _ = try younger.importLog(joined(lines))
                return nil
            } catch let refusal as ImportRefusal {
                #expect(try younger.snapshot().digest == before)
                return refusal
            }
        }
        let missing = try refusal([lines[2], lines[4]])
        #expect(missing?.line == 2 && missing?.refusal == .missingParent)
        let bad = try refusal([lines[2], forged])
        #expect(bad?.line == 2 && bad?.refusal == .badSignature)
        let theirs = try refusal([lines[2], lines[3], foreign[0]])
        #expect(theirs?.line == 3 && theirs?.refusal == .wrongEngagement)
        let cut = try refusal([lines[2], Array(lines[3].dropLast(5))])
        #expect(cut?.line == 2 && cut?.refusal == nil)
        let changed = Array(
            String(decoding: lines[3], as: UTF8.self)
                .replacingOccurrences(of: "Finding 3", with: "Finding X").utf8
        )
        let body = try refusal([lines[2], [], changed])
        #expect(body?.line == 3 && body?.refusal != nil)
    }
}
