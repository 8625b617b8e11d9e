import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Foundation
import Testing

@testable import ConcordStorage

/// Replicas with one log show one state, whatever seed Swift's dictionaries and sets hash with: each
/// process has its own. So the same diffs are taken in by several processes, this test program again,
/// over a history full of names that are canonically equivalent.
@Suite(.serialized) struct HashSeedTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// The file to which a worker writes what it shows; set in workers alone.
    private static let file = environment["CONCORD_DIGEST_FILE"]
    private static let processes = 6

    @Test func everyProcessShowsTheSame() throws {
        let folder = try TemporaryFolder()

        let workers = try (0..<Self.processes).map { try worker(folder.file("\($0)")) }
        var seen: [[UInt8]] = []
        for (number, worker) in workers.enumerated() {
            worker.waitUntilExit()
            #expect(worker.terminationStatus == 0)
            let file = URL(fileURLWithPath: folder.file("\(number)"))
            seen.append([UInt8](try Data(contentsOf: file)))
        }

        #expect(Set(seen).count == 1, "\(seen.map { String(decoding: $0, as: UTF8.self) })")
        #expect(try #require(seen.first).count > 64, "something is shown")
    }

    /// Starts this program again as a worker, with a hash seed of its own.
    private func worker(_ file: String) throws -> Process {
        try WorkerProcess.start(
            "HashSeedTests/worker",
            ["SWIFT_DETERMINISTIC_HASHING": nil, "CONCORD_DIGEST_FILE": file]
        )
    }

    @Test(.enabled(if: file != nil, "runs in the processes that the other test starts"))
    func worker() throws {
        let file = try #require(Self.file)
        let team = try Team()
        try Self.writeAlike(team)

        // As bytes: two strings that look the same are equal to Swift.
        let shown = try team.devices.map { device in
            let conflicts = try device.conflicts().flatMap(\.json.canonicalBytes)
            let state = try device.document()
            let read = JSON.object(state).canonicalBytes + Self.reading(state)
            return Array(try device.digest().utf8) + conflicts + read
        }
        #expect(Set(shown).count == 1)
        let hidden = try team.devices[0].conflicts().filter { $0.kind == .removedEdited }
        #expect(hidden.count == 4 && hidden.allSatisfy { $0.candidates.count == 3 })
        try Data(shown[0]).write(to: URL(fileURLWithPath: file))
    }

    /// What the audit reads out of a state: the records, what is noticed, and what people are called.
    private static func reading(_ state: JSONObject) -> [UInt8] {
        let audit = Audit(state: state)
        let people = audit.members.map { member in
            MemberLabels.Person(id: member.id, name: member.name, letter: member.letter, key: nil)
        }
        let labels = MemberLabels(people)
        let notices = Notices(audit, catalogues: .shipped, contested: []).all
        let told =
            notices.map(\.message) + people.map { "\(labels.name(of: $0.id) ?? "")" }
            + audit.findings.map { "\($0.label) \($0.relatedTo.sorted()) \($0.unit ?? "")" }
        return Array(told.joined(separator: "\n").utf8)
            + JSON.object(labels.labelling(state)).canonicalBytes
    }

    /// Pairs of names that look the same, in every position that a member can choose: members of sets,
    /// values, lists, inserts, names of people, devices and invitations, letters, draft numbers, unknown
    /// fields, reasons; and removals beside them.
    private static func writeAlike(_ team: Team) throws {
        let (ann, ben) = (team.devices[0], team.devices[1])
        let pairs: [(WireText, WireText)] = [
            ("\u{E9}", "e\u{301}"), ("K", "\u{212A}"), ("\u{C5}", "\u{212B}"),
            ("\u{D55C}", "\u{1112}\u{1161}\u{11AB}"),
        ]
        try ben.save(add("/finding/f1", ["unit": "IT", "statement": "ab"]))
        for number in pairs.indices { try ben.save(add("/finding/g\(number)", ["unit": "IT"])) }
        try team.syncAll()
        for (number, pair) in pairs.enumerated() {
            try ann.save(ConcordDiff.Operation(.remove, at: cell("/finding/g\(number)")))
            try ben.save(
                Operation(.add(true), at: cell("/finding/g\(number)/relatedTo/\(pair.0)")),
                Operation(.add(true), at: cell("/finding/g\(number)/relatedTo/\(pair.1)"))
            )
            for (place, name) in [pair.0, pair.1].enumerated() {
                let key = SHA256Digest(hashing: Array("\(number) \(place)".utf8)).text
                try ann.save(
                    add(
                        "/invitation/i\(number)\(place)",
                        [
                            "name": .string(name), "letter": .string(name), "role": "auditor",
                            "key": .string(key),
                        ]
                    )
                )
            }
            for (device, name) in [(ann, pair.0), (ben, pair.1)] {
                try device.save(
                    Operation(.add(.string(name)), at: cell("/finding/f1/unit"), reason: name),
                    Operation(.add(.string(name)), at: cell("/finding/f1/colour")),
                    Operation(.add(["name": .string(name)]), at: cell("/robot/r\(number)/part")),
                    Operation(.add(.string(name)), at: cell("/finding/f1/draftNumber")),
                    Operation(.add(["a": [.string(name)]]), at: cell("/finding/f1/shape")),
                    Operation(.add(.string(name)), at: cell("/member/\(device.name)/name")),
                    Operation(
                        .add(.string(name)),
                        at: cell("/device/\(device.signer.author)/name")
                    ),
                    Operation(
                        .splice(at: 1, delete: 0, insert: name),
                        at: cell("/finding/f1/statement")
                    )
                )
            }
            if number % 2 == 1 { try team.syncAll() }
        }
        try team.syncAll()
    }
}
