import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// One replica's state, ready to be looked things up in by the names that people use.
struct AuditView {
    let replica: Replica
    let snapshot: Snapshot
    /// The state document as it is read here.
    let document: JSONObject
    /// The records, with the planned team: who is in the plan and has not joined yet is a member
    /// without a device, under the id that the plan names.
    let audit: Audit
    /// What is looked up again and again.
    let index: ViewIndex

    init(_ replica: Replica) throws {
        self.replica = replica
        snapshot = try replica.snapshot()
        index = ViewIndex(replica, snapshot)
        let isContested = snapshot.conflicts.contains { $0.kind == .text }
        let texts = isContested ? try replica.contestedTexts() : []
        let state = Self.with(texts, in: snapshot.standing)
        document = PlannedTeam.joined(snapshot.labels.labelling(state))
        audit = Audit(state: document, unanswered: snapshot.unanswered)
    }

    /// The records with the text without what is in question in the place of each contested one: nobody
    /// is to read a sentence that nobody wrote as if it were one. The conflict desk has the merge.
    private static func with(_ texts: [ContestedText], in state: JSONObject) -> JSONObject {
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

    /// The standards of the engagement.
    var standards: StandardNames { StandardNames(ids: audit.standards) }

    /// The field of a record as it stands in the state document.
    func field(_ kind: WireText, _ id: WireText, _ name: WireText) -> JSON? {
        snapshot.state[kind]?[id]?[name]
    }

    /// The id that a record has in the file that it came from.
    func fileID(_ kind: WireText, _ id: WireText) -> WireText? {
        snapshot.standing[kind]?[id]?["fileID"]?.stringValue
    }

    /// What a person is called.
    func person(_ id: WireText) -> String {
        (snapshot.labels.name(of: id) ?? audit.member(id)?.name ?? id).string
    }

    /// What a standard is called.
    static func title(ofStandard id: WireText) -> String {
        (Catalogues.shipped[id]?.shortTitle ?? id).string
    }

    /// The end of an id, which people can type: the beginning is the time and much the same for all.
    static func handle(_ id: WireText) -> String { String(id.string.suffix(6)) }
}
