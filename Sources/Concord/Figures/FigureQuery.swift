package import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
package import ConcordStorage
import Foundation

// The figures of an audit at a moment: what each finding adds to them is kept beside the replica, and looked at again
// where something that it follows from has changed.

/// The question for the figures of an audit.
package struct FigureQuery {
    let reader: ReplicaReader
    let catalogues = Catalogues.shipped
    let people: People
    let conflicts: [Conflict]
    let proposals: [CellPath]
    /// The records of the frame as lists show them, and as typed values.
    let frameState: JSONObject
    private let frame: Audit

    /// The kinds of records that notices and totals follow from besides findings with what belongs to them.
    private static let frameKinds: Set<WireText> = Set(
        [
            Schema.engagement, Schema.teamMember, Schema.member, Schema.device, Schema.invitation,
            Schema.scope, Schema.exclusion, Schema.planSlot, Schema.conclusion,
        ].map(\.name)
    )
    /// The kinds that findings consist of and rest on.
    static let findingKinds: Set<WireText> = Set(
        [Schema.finding, Schema.criterion, Schema.evidence, Schema.action].map(\.name)
    )
    /// Raise it with every change of what is counted or noticed.
    private static let rules = 1

    /// Reads what is bounded by the team and the plan.
    package init(_ reader: ReplicaReader) throws {
        self.reader = reader
        people = try People(reader)
        conflicts = try reader.conflicts()
        proposals = try reader.shownProposals().map(\.path)
        frameState = PlannedTeam.joined(
            people.labels.labelling(
                Snapshot.standing(
                    try reader.document(kinds: Self.frameKinds),
                    without: proposals,
                    people: people.listed
                )
            )
        )
        frame = Audit(state: frameState)
    }

    /// The figures, with the help of what is kept at `path`, which is brought up to date; nil keeps nothing.
    package func figures(keptAt path: String?) throws -> AuditFigures {
        guard let point = try reader.changed.point() else { return try figures([:]) }
        let basis = FigureFile.Basis(point: point, frame: stamp)
        return try FigureFile.using(path) { file in
            if try file.basis() != basis {
                try file.update(to: basis) { try update(file, to: basis) }
            }
            return try figures(file.totals())
        }
    }

    /// What tells the frame and the rules from any other that findings were counted by.
    private var stamp: WireText {
        let shown: JSON = [
            "rules": .integer(Int64(Self.rules)), "program": .string(Self.program),
            "standards": .array(frame.standards.map { .string($0) }),
            "scopes": frameState[Schema.scope.name] ?? .null,
            "exclusions": frameState[Schema.exclusion.name] ?? .null,
            "people": .object(people.listed),
            "letters": .array(
                people.listed.map { id, _ in .string(people.labels.letter(of: id) ?? "") }
            ),
        ]
        return WireText(SHA256Digest(hashing: shown.canonicalBytes).hex)
    }

    /// The size and time of the program, whose rules may be others than those of the one that asked before.
    private static let program: WireText = {
        let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
        do {
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            let built = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\((facts[.size] as? NSNumber)?.intValue ?? 0) \(built)"
        } catch {
            // The number of the rules tells of it then.
            return ""
        }
    }()

    // MARK: Sums.

    private func figures(_ totals: [WireText: Int]) throws -> AuditFigures {
        var counts: [FindingFigure: Int] = [:]
        for (name, count) in totals {
            if let figure = FindingFigure(name) { counts[figure] = count }
        }
        return AuditFigures(
            counts,
            hints: totals[FigureFile.hints] ?? 0,
            frame: frame,
            conflicts: try conflictCount(),
            catalogues: catalogues
        )
    }

    /// How many notices there are of open conflicts: one for each finding with its criteria, and one for each other
    /// record.
    private func conflictCount() throws -> Int {
        let contested = Set(conflicts.map(\.path.record))
        var findings: Set<WireText> = []
        var owners: [WireText: WireText] = [:]
        for id in contested {
            if try reader.fields(kind: Schema.finding.name, id: id) != nil { findings.insert(id) }
            guard let owner = try owner(of: id),
                try reader.fields(kind: Schema.finding.name, id: owner) != nil
            else { continue }
            owners[id] = owner
            findings.insert(owner)
        }
        let others = contested.count { !findings.contains($0) && owners[$0] == nil }
        return findings.count + others
    }

    /// The finding that a present criterion belongs to.
    func owner(of criterion: WireText) throws -> WireText? {
        try reader.fields(kind: Schema.criterion.name, id: criterion)?["finding"]?.stringValue
    }
}
