import ConcordAudit
import ConcordDiff
package import ConcordEncoding
package import ConcordMerge
import ConcordModel
import ConcordStorage

extension ContestedText {
    /// The records with the common text of each text in conflict: nobody should read a merge that nobody wrote as if
    /// it were a sentence of somebody. Whoever resolves the conflict sees the merge.
    package static func common(_ texts: [ContestedText], in state: JSONObject) -> JSONObject {
        var state = state
        for (kind, texts) in Dictionary(grouping: texts, by: { $0.path.kind }) {
            guard var records = state[kind]?.objectValue else { continue }
            // Taken out meanwhile, so that no change copies all records.
            state[kind] = nil
            for text in texts {
                guard let field = text.path.field,
                    var record = records[text.path.record]?.objectValue
                else { continue }
                record[field] = .string(text.common)
                records[text.path.record] = .object(record)
            }
            state[kind] = .object(records)
        }
        return state
    }
}

extension Audit {
    /// All findings with their criteria, as lists show them.
    init(shownFindings reader: ReplicaReader) throws {
        let kinds: Set = [
            Schema.finding.name, Schema.criterion.name, Schema.member.name, Schema.teamMember.name,
            Schema.invitation.name,
        ]
        let people = try People(reader)
        let standing = Snapshot.standing(
            try reader.document(kinds: kinds),
            without: try reader.shownProposals().map(\.path).filter { kinds.contains($0.kind) },
            people: people.listed
        )
        let texts = try reader.conflicts().filter {
            $0.kind == .text && kinds.contains($0.path.kind)
        }
        let state = ContestedText.common(
            try reader.contestedTexts(at: texts.map(\.path)),
            in: standing
        )
        self.init(state: PlannedTeam.joined(people.labels.labelling(state)))
    }
}
