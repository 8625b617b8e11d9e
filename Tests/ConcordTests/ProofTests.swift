import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSigning
import ConcordSync
import ConcordTesting
import Foundation
import Testing

/// Files that prove a record, and the program in Python that checks them alone.
@Suite struct ProofTests {
    /// A finding that Ruth raised and Ines edited, both of whom had seen what the other wrote.
    private static func proven() async throws -> (Team, finding: WireText, RecordProof) {
        let (team, _) = try await LogCheckTests.signedTeam()
        let finding = try addFinding(team.ruth, title: "Emergency changes")
        try write(team.ruth, finding, statement: "Four of fifteen changes.")
        try await team.sync()
        var grade = Edit()
        grade.set(gradePath(finding), to: "major")
        grade.set(path(finding, "title"), to: "Emergency changes are not reviewed")
        _ = try await team.leader.save(grade)
        // What has nothing to do with it.
        _ = try addFinding(team.tomas, title: "Something else")
        try write(team.leader, finding, statement: "Four of fifteen emergency changes.")
        try await team.sync()
        try write(team.ruth, finding, statement: "Four of fifteen emergency changes in May.")
        try await team.sync()
        return (team, finding, try team.tomas.proof(ofKind: "finding", id: finding))
    }

    private static func path(_ finding: WireText, _ field: WireText) -> CellPath {
        CellPath(kind: "finding", record: finding, field: field)
    }

    private static func write(_ replica: Replica, _ finding: WireText, statement: String) throws {
        var edit = Edit()
        edit.setText(path(finding, "statement"), to: WireText(statement))
        try replica.save(edit)
    }

    /// The proof's lines, each without its line feed.
    private static func lines(_ proof: RecordProof) -> [[UInt8]] {
        proof.bytes.split(separator: 0x0A).map(Array.init)
    }

    private static func check(
        _ lines: [[UInt8]],
        in team: Team,
        _ options: [String] = []
    ) throws -> PythonVerifier.Outcome {
        try PythonVerifier.check(
            "proof",
            lines.flatMap { $0 + [0x0A] },
            in: team.folder,
            options
        )
    }

    @Test func aRecordIsProvenToSomebodyWhoHasNothingElse() async throws {
        let (team, finding, proof) = try await Self.proven()

        let outcome = try PythonVerifier.check("proof", proof.bytes, in: team.folder, ["--json"])

        #expect(outcome.code == 0, "\(outcome.output)")
        let said = try JSON(parsing: Array(outcome.output.utf8))
        let proven = try #require(said["proven"]?.strings)
        for field in ["title", "statement", "draftNumber", "state"] {
            #expect(proven.contains("/finding/\(finding)/\(field)"), "\(outcome.output)")
        }
        #expect(proven.contains(gradePath(finding).text))
        #expect(said["undecided"]?.arrayValue == [])
        // No more than what belongs to it: Tomas wrote something else.
        #expect(proof.entries.count < proof.size)
        #expect(!String(decoding: proof.bytes, as: UTF8.self).contains("Something else"))
        let known = try Self.check(Self.lines(proof), in: team, ["--key", proof.key.string])
        #expect(known.code == 0)
    }

    /// Whoever shows another title, leaves out a diff, changes a byte of one, takes another checkpoint or another key,
    /// is refused, with what is wrong.
    @Test func whatWasForgedIsRefused() async throws {
        let (team, finding, proof) = try await Self.proven()
        let lines = Self.lines(proof)
        let (other, _, foreign) = try await Self.proven()
        func header(_ change: (inout JSONObject) -> Void) throws -> [[UInt8]] {
            var header = try #require(try JSON(parsing: lines[0]).objectValue)
            change(&header)
            return [JSON.object(header).canonicalBytes] + lines.dropFirst()
        }
        func changed(_ old: String, to new: String, in line: [UInt8]) throws -> [UInt8] {
            let range = try #require(line.firstRange(of: Array(old.utf8)))
            return line[..<range.lowerBound] + Array(new.utf8) + line[range.upperBound...]
        }
        let foreignHeader = try #require(try JSON(parsing: Self.lines(foreign)[0]).objectValue)
        let edit = try #require(
            lines.indices.dropFirst().first {
                lines[$0].firstRange(of: Array("are not reviewed".utf8)) != nil
            }
        )
        var edited = lines
        edited[edit] = try changed("are not reviewed", to: "are now reviewed", in: lines[edit])
        let title = [
            try changed("are not reviewed", to: "are now reviewed", in: lines[0])
        ]
        let forgeries: [([[UInt8]], [String], String)] = [
            (title + lines.dropFirst(), [], "/finding/\(finding)/title is shown as"),
            (edited, [], "not the one that the head pins"),
            (try header { $0["checkpoint"] = foreignHeader["checkpoint"] }, [], "of another log"),
            (try header { $0["key"] = foreignHeader["key"] }, [], "of another engagement"),
            (
                try header {
                    $0["key"] = .string(Self.key(of: 7, like: proof.key))
                }, [], "has not signed the checkpoint"
            ),
            (lines, ["--key", foreign.key.string], "another key of the log"),
            (
                try header {
                    $0["checkpoint"] = .string(
                        WireText(
                            ($0["checkpoint"]?.stringValue?.string ?? "").replacingOccurrences(
                                of: "\n\(proof.size)\n",
                                with: "\n\(proof.size - 1)\n"
                            )
                        )
                    )
                }, [], "has not signed the checkpoint"
            ),
            (
                [lines[0], lines[2], lines[1]] + lines.dropFirst(3), [],
                "not in the order of the log"
            ),
            (
                try header {
                    var record = $0["record"]?.objectValue ?? [:]
                    record["parts"] = []
                    $0["record"] = .object(record)
                }, [], "belongs to the record, and is not shown"
            ),
        ]

        for (forged, options, sentence) in forgeries {
            let outcome = try Self.check(forged, in: team, options)
            #expect(outcome.code == 1, "\(sentence)")
            #expect(outcome.output.contains(sentence), "\(outcome.output)")
        }
        _ = other
    }

    /// A key of this seed under the name of another key.
    private static func key(of seed: UInt8, like text: WireText) -> WireText {
        guard let key = SigningKey(seed: Array(repeating: seed, count: 32)),
            let known = NoteKey(text),
            let other = NoteKey(name: known.name, publicKey: key.author.publicKey)
        else { return "" }
        return other.text
    }

    /// No entry can be left out without the file being refused, or saying that it decides less.
    @Test func everyEntryIsMissed() async throws {
        let (team, _, proof) = try await Self.proven()
        let lines = Self.lines(proof)
        var header = try #require(try JSON(parsing: lines[0]).objectValue)
        header["entries"] = .integer(Int64(lines.count - 2))
        let shorter = JSON.object(header).canonicalBytes

        for index in lines.indices.dropFirst() {
            var left = lines
            left.remove(at: index)
            let announced = try Self.check(left, in: team)
            left[0] = shorter
            let outcome = try Self.check(left, in: team)

            #expect(announced.code == 1)
            // Without an edit of a text, or what its author had seen, less is decided.
            #expect(outcome.code == 1 || outcome.output.contains("not decided"))
        }
    }

    /// Every changed hash of a proof, wherever it stands, is noticed.
    @Test func everyHashOfThePlacesCounts() async throws {
        let (team, _, proof) = try await Self.proven()
        let lines = Self.lines(proof)
        let marker = Array(#""proof":[""#.utf8)

        for index in lines.indices.dropFirst() {
            var changed = lines
            guard let range = changed[index].firstRange(of: marker) else { continue }
            let digit = range.upperBound
            changed[index][digit] = changed[index][digit] == 0x41 ? 0x42 : 0x41
            let outcome = try Self.check(changed, in: team)
            #expect(outcome.code == 1)
            #expect(outcome.output.contains("does not stand at position"), "\(outcome.output)")
        }
    }

    @Test func whatNoServerSignedIsNotProven() async throws {
        let (team, finding, _) = try await Self.proven()
        try Self.write(team.tomas, finding, statement: "Not sent yet.")

        let failure = #expect(throws: ReplicaFailure.self) {
            try team.tomas.proof(ofKind: "finding", id: finding)
        }

        #expect(failure?.code == .notProven)
        let unsigned = try await Team()
        let other = try addFinding(unsigned.ruth, title: "Emergency changes")
        try await unsigned.sync()
        let second = #expect(throws: ReplicaFailure.self) {
            try unsigned.ruth.proof(ofKind: "finding", id: other)
        }
        #expect(second?.code == .notProven)
        let third = #expect(throws: ReplicaFailure.self) {
            try team.tomas.proof(ofKind: "finding", id: "nothing")
        }
        #expect(third?.code == .notFound)
    }

    /// Where two people wrote at the same time the file says that it does not decide, and shows no less.
    @Test func whatIsNotPlainIsSaid() async throws {
        let (team, finding, _) = try await Self.proven()
        for (replica, title) in [(team.leader, "One title"), (team.ruth, "Another title")] {
            var edit = Edit()
            edit.set(Self.path(finding, "title"), to: .string(WireText(title)))
            _ = try await replica.save(edit)
        }
        try await team.sync()
        let proof = try team.tomas.proof(ofKind: "finding", id: finding)

        let outcome = try Self.check(Self.lines(proof), in: team)

        #expect(outcome.code == 0, "\(outcome.output)")
        #expect(outcome.output.contains("/finding/\(finding)/title: not decided here"))
    }

    /// In a log of several hundred entries each proof leads to the signed root, wherever its entry stands.
    @Test func everyEntryOfALongLogHasItsPlace() async throws {
        let (team, _) = try await LogCheckTests.signedTeam()
        let finding = try addFinding(team.leader, title: "Emergency changes")
        for number in 0..<540 {
            var edit = Edit()
            edit.set(Self.path(finding, "title"), to: .string("title \(number)"))
            _ = try await team.leader.save(edit)
        }
        _ = try await team.leader.sync(through: team.transport)

        let proof = try team.leader.proof(ofKind: "finding", id: finding)

        #expect(proof.entries.count > 541)
        for entry in proof.entries {
            let lines = String(decoding: entry.tlogProof, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false)
            let end = try #require(lines.firstIndex(of: ""))
            #expect(lines[..<2] == ["c2sp.org/tlog-proof@v1", "index \(entry.position)"])
            let path = try lines[2..<end].map {
                try #require(Base64.decode($0.utf8).flatMap(SHA256Digest.init(bytes:)))
            }
            let note = Array(lines[(end + 1)...].joined(separator: "\n").utf8)
            let key = try #require(NoteKey(proof.key))
            let signed = try #require(
                SignedCheckpoint(note: note, key: key, verifier: DiffVerifier())
            )
            let found = InclusionProof(index: entry.position, size: proof.size, path: path)
            #expect(
                found.proves(MerkleTree.leafHash(entry.leaf), in: signed.checkpoint.tree.root)
            )
        }
        let outcome = try PythonVerifier.check("proof", proof.bytes, in: team.folder)
        #expect(outcome.code == 0, "\(outcome.output.prefix(2000))")
    }

    /// What witnesses signed below a checkpoint stays below it, in the replica and in the proof.
    @Test func whatOthersSignedStays() async throws {
        struct Cosigning: SyncTransport {
            let server: MemoryTransport

            func exchange(
                _ request: SyncRequest,
                by signer: RequestSigner
            ) async throws(SyncFailure) -> SyncResponse {
                var response = try await server.exchange(request, by: signer)
                if let given = response.checkpoint, var note = SignedNote(given.note) {
                    let bytes = [UInt8](repeating: 5, count: 2420)
                    note.append(NoteSignature(name: "witness.example", keyID: 9, bytes: bytes))
                    response.checkpoint = .init(note: note.bytes, key: given.key)
                }
                return response
            }
        }
        let (team, _) = try await LogCheckTests.signedTeam()
        let finding = try addFinding(team.ruth, title: "Emergency changes")
        _ = try await team.ruth.sync(through: Cosigning(server: team.transport))

        let proof = try team.ruth.proof(ofKind: "finding", id: finding)

        #expect(proof.bytes.firstRange(of: Array("witness.example".utf8)) != nil)
        #expect(try PythonVerifier.check("proof", proof.bytes, in: team.folder).code == 0)
    }

    /// Whatever is changed in a proof, in whichever member, it is refused, and the program that reads it survives.
    @Test(arguments: [1, 2])
    func everyChangeIsRefused(seed: Int) async throws {
        let (team, _, proof) = try await Self.proven()
        let file = team.folder.file("proof.jsonl")
        try Data(proof.bytes).write(to: URL(fileURLWithPath: file))

        let found = try PythonVerifier.script(
            "Tests/Data/mutated_proofs.py",
            [file, "\(seed)", "400"],
            in: team.folder
        )

        #expect(found.code == 0 && found.output == "", "\(found.output)")
    }
}
