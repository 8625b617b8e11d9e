import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// A record that a command is about, of any kind.
struct RecordSubject {
    let kind: WireText
    let id: WireText
    /// What people call it: "B-03 Emergency changes not reviewed".
    let label: String
}

/// What a record or a place is called in a sentence.
struct RecordSubjects {
    let view: AuditView

    /// A record by the name that its own commands take, or by its path `/KIND/ID`, which also finds what
    /// is hidden.
    func subject(_ name: String) throws -> RecordSubject {
        if name.hasPrefix("/") {
            guard let path = CellPath(name) else {
                throw CommandFailure(
                    .path,
                    "'\(name)' is not the path of a record",
                    next: "Write it as /KIND/ID, as `concord log --json` has it."
                )
            }
            return subject(path)
        }
        if name == "engagement", let id = view.engagement?.id {
            return subject(Schema.engagement.name, id)
        }
        var found = view.names.matches(
            name,
            kinds: [
                Schema.finding.name, Schema.evidence.name, Schema.checklistItem.name,
                Schema.member.name,
            ]
        )
        // A question's place in the list is a number, which nothing else is called.
        if let place = Int(name), view.audit.checklistItems.indices.contains(place - 1) {
            found = [(Schema.checklistItem.name, view.audit.checklistItems[place - 1].id)]
        }
        if found.isEmpty, let conclusion = try conclusion(name) {
            found = [(Schema.conclusion.name, conclusion)]
        }
        if found.count > 1 { throw view.names.ambiguous(name, found) }
        if let only = found.first { return subject(only.kind, only.id) }
        throw CommandFailure(
            .notFound,
            "there is no record '\(name)' on this device",
            next: nearFinding(name)
        )
    }

    private func nearFinding(_ name: String) -> String {
        let others = [Schema.evidence.name, Schema.checklistItem.name, Schema.member.name].flatMap {
            view.names.named(kind: $0)
        }
        let near = NearNames.of(
            WireText(name),
            among: others.flatMap { [$0.id, $0.name ?? $0.id] }
        )
        let findings = view.names.named(kind: Schema.finding.name)
        let all = near.isEmpty ? findings : findings + others
        return NearNames.sentence(WireText(name), among: all, what: "finding")
            + " `concord finding list` lists the findings."
    }

    /// The record of a path.
    func subject(_ path: CellPath) -> RecordSubject { subject(path.kind, path.record) }

    private func subject(_ kind: WireText, _ id: WireText) -> RecordSubject {
        let record = CellPath(kind: kind, record: id)
        return RecordSubject(kind: kind, id: id, label: view.conflictView.describe(record).record)
    }

    private func conclusion(_ name: String) throws -> WireText? {
        let standard: WireText
        do {
            standard = try view.standards.id(name)
        } catch {
            guard error.code == .unknownStandard else { throw error }
            return nil
        }
        return view.frame.conclusions.first { $0.standard == standard }?.id
    }

    /// A field of a record by its name, in any spelling that people use: `includedRequirement`,
    /// `included-requirement`.
    func field(_ name: String, of kind: WireText) throws -> WireText {
        let fields = Schema.kind(kind)?.fields.map(\.name) ?? []
        let wanted = name.filter { $0 != "-" && $0 != "_" && $0 != " " }.lowercased()
        if let found = fields.first(where: { $0.string.lowercased() == wanted }) { return found }
        if fields.isEmpty { return WireText(name) }
        let records = try view.moment.records(of: [kind])[kind]?.objectValue?.values
        if records?.contains(where: { $0[WireText(name)] != nil }) ?? false {
            return WireText(name)
        }
        throw CommandFailure(
            .notFound,
            "a \(NameWords.spaced(kind)) has no field '\(name)'",
            next: NearNames.hint(WireText(name), among: fields)
                + "It has: \(fields.joined(separator: ", "))."
        )
    }

    /// What a place is called: "B-03 Emergency changes not reviewed: unit".
    func place(_ path: CellPath) -> String {
        "\(view.conflictView.describe(path).record): \(matter(path))"
    }

    /// What about a record a place is, of a set with the member: "evidence 3f9a1c Sheet at workplace 4".
    func matter(_ path: CellPath) -> String {
        view.conflictView.describe(path).what + (path.member.map { " \(memberText($0))" } ?? "")
    }

    /// A member of a set: what it names, if that is known.
    func memberText(_ member: WireText) -> String {
        if let evidence = view.evidence(id: member) {
            return "\(AuditView.handle(member)) \(evidence.title ?? "")"
        }
        return (view.member(id: member)?.name ?? member).string
    }
}
