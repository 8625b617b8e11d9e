import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordSigning
import ConcordSync
import ConcordTesting
import Foundation
import Synchronization

extension MemoryTransport {
    /// The identities of a log's entries.
    func log(of engagement: DiffID) throws -> [DiffID] {
        try envelopes(of: engagement).map { try UnverifiedDiff(envelope: $0).id }
    }
}

let sampleTime = Timestamp(milliseconds: 1_401_800_000_000, offsetMinutes: 120)

extension TemporaryFolder {
    func mode(_ name: String) throws -> Int? {
        let facts = try FileManager.default.attributesOfItem(atPath: file(name))
        return (facts[.posixPermissions] as? NSNumber)?.intValue
    }
}

/// Three auditors with a replica each.
struct Team {
    let folder: TemporaryFolder
    let transport: MemoryTransport
    let leader: Replica
    /// The secret half of the engagement's recovery key.
    let recoveryKey: String
    let tomas: Replica
    let ruth: Replica

    init(transport: MemoryTransport = MemoryTransport(now: { sampleTime })) async throws {
        self.transport = transport
        folder = try TemporaryFolder()
        let draft = EngagementDraft(
            leader: "Ines",
            device: "dev-L",
            fields: ["number": "E-1"]
        )
        (leader, recoveryKey) = try await Replica.create(
            at: folder.file("leader.concord"),
            engagement: draft
        )
        tomas = try await Self.join(leader, transport, folder.file("tomas.concord"), "Tomas")
        ruth = try await Self.join(leader, transport, folder.file("ruth.concord"), "Ruth")
        try await sync()
    }

    private static func join(
        _ leader: Replica,
        _ transport: MemoryTransport,
        _ path: String,
        _ name: String
    ) async throws -> Replica {
        let code = try leader.invite(role: .auditor, name: WireText(name))
        _ = try await leader.sync(through: transport)
        return try await Replica.join(
            at: path,
            code: code,
            device: "dev-\(name)",
            through: transport
        )
    }

    var all: [Replica] { [leader, tomas, ruth] }

    /// Twice around, so that everybody has what everybody sent.
    func sync() async throws {
        for _ in 0..<2 {
            for replica in all { _ = try await replica.sync(through: transport) }
        }
    }

    func digests() throws -> Set<String> { Set(try all.map { try $0.snapshot().digest }) }
}

/// A finding with one graded criterion, in one save.
func addFinding(_ replica: Replica, title: String, grade: WireText = "minor") throws -> WireText {
    let id = replica.environmentID
    let criterion = DerivedID.criterion(
        finding: id,
        standard: "iso-iec-20000-1-2011",
        clause: "9.2"
    )
    try replica.save { numbers in
        var edit = Edit()
        edit.add(
            "finding",
            id: id,
            fields: [
                "draftNumber": .string(numbers.number()), "state": "draft", "title": .string(title),
            ]
        )
        edit.add(
            "criterion",
            id: criterion,
            fields: [
                "clause": "9.2", "finding": .string(id), "grade": .string(grade),
                "standard": "iso-iec-20000-1-2011",
            ]
        )
        return edit
    }
    return id
}

func gradePath(_ finding: WireText) -> CellPath {
    let id = DerivedID.criterion(
        finding: finding,
        standard: "iso-iec-20000-1-2011",
        clause: "9.2"
    )
    return CellPath(kind: "criterion", record: id, field: "grade")
}

extension Replica {
    /// A new record id.
    var environmentID: WireText { ReplicaEnvironment.system.newID() }
}
