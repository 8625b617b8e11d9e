import Concord
import ConcordChanges
import ConcordEncoding
import ConcordModel

/// One replica's state, ready to be looked things up in by the names that people use.
struct AuditView {
    let replica: Replica
    let snapshot: Snapshot
    /// The records, with the planned team: who is in the plan and has not joined yet is a member
    /// without a device, under the id that the plan names.
    let audit: Audit

    init(_ replica: Replica) throws {
        self.replica = replica
        snapshot = try replica.snapshot()
        let isContested = snapshot.conflicts.contains { $0.kind == .text }
        let state = Self.with(isContested ? try replica.contestedTexts() : [], in: snapshot.state)
        audit = Audit(state: PlannedTeam.joined(snapshot.labels.labelling(state)))
    }

    /// The records with the last text that all sides had seen in the place of each contested one: nobody
    /// is to read a sentence that nobody wrote as if it were one. The conflict desk has the merge.
    private static func with(_ texts: [ContestedText], in state: JSONObject) -> JSONObject {
        var state = state
        for text in texts {
            let path = text.path
            guard let field = path.field,
                var records = state[path.kind]?.objectValue,
                var record = records[path.record]?.objectValue
            else { continue }
            record[field] = .string(text.common)
            records[path.record] = .object(record)
            state[path.kind] = .object(records)
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
        field(kind, id, "fileID")?.stringValue
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

// MARK: - Finding records by the names that people use

extension AuditView {
    /// A finding by its number, its id in the file it came from, or a part of its id.
    func finding(_ name: String) throws -> FindingRecord {
        try record(name, of: audit.findings, kind: "finding", what: "finding") {
            [$0.number, $0.ncNumber, $0.draftNumber].compactMap { $0 }
        }
    }

    /// An item of evidence.
    func evidence(_ name: String) throws -> EvidenceRecord {
        try record(name, of: audit.evidence, kind: "evidence", what: "item of evidence") { _ in [] }
    }

    /// A question of the checklist, also by its place in the list.
    func checklistItem(_ name: String) throws -> ChecklistItemRecord {
        let place = Int(name).flatMap { place in
            audit.checklistItems.indices.contains(place - 1)
                ? audit.checklistItems[place - 1] : nil
        }
        if let place { return place }
        return try record(
            name,
            of: audit.checklistItems,
            kind: "checklistItem",
            what: "question"
        ) { _ in [] }
    }

    /// A member, also by name or letter.
    func member(_ name: String) throws -> MemberRecord {
        try record(name, of: audit.members, kind: "member", what: "member") {
            [$0.name, $0.letter].compactMap { $0 }
        }
    }

    private func record<Record: Identifiable>(
        _ name: String,
        of records: [Record],
        kind: WireText,
        what: String,
        names: @escaping (Record) -> [WireText]
    ) throws -> Record where Record.ID == WireText {
        let wanted = name.lowercased()
        let tests: [(Record) -> Bool] = [
            { $0.id == WireText(name) },
            { names($0).contains { $0.string.lowercased() == wanted } },
            { fileID(kind, $0.id) == WireText(name) },
            {
                wanted.count >= 4
                    && ($0.id.string.hasPrefix(wanted) || $0.id.string.hasSuffix(wanted))
            },
        ]
        for test in tests {
            let found = records.filter(test)
            if let only = found.first, found.count == 1 { return only }
            if found.count > 1 {
                throw CommandFailure(
                    .usage,
                    "ambiguous",
                    "'\(name)' may be any of \(found.count) (\(what))",
                    next: "Give more of the id: "
                        + found.prefix(6).map(\.id)
                        .joined(separator: ", ") + "."
                )
            }
        }
        let known = records.map { names($0).first?.string ?? Self.handle($0.id) }
        throw CommandFailure(
            .notFound,
            "not-found",
            "there is no \(what) '\(name)' on this device",
            next: NearNames.sentence(name, among: known, what: what)
                + " What others have recorded comes with `concord sync`."
        )
    }
}
