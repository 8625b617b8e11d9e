import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Which records a name can mean.
///
/// Ids and the ids of files are chosen by the person who writes a record, so that a colleague can choose one that
/// looks like the number of a finding or the name of a person. So what people call a record comes first:
/// its number, name or letter, and the end of an id of the usual form, as lists show it. Only where nothing
/// is called so does a name mean any other id, an id in a file, or a part of an id. What several records
/// are called is refused, and all of them are named; a path, `/finding/ID`, means one record alone.
struct NameMatches {
    /// A record by what it can be named.
    struct Record {
        let id: WireText
        /// What people call it.
        let names: [WireText]
        /// What it calls itself, which others do too.
        let sharedName: WireText?
        /// Its id in a file.
        let fileID: WireText?
    }

    /// What they can mean, each once.
    let ids: [WireText]
    /// Whether these are called so, and do not only have such an id.
    let areCalledSo: Bool

    /// - Parameters:
    ///   - name: what somebody typed.
    ///   - records: the records of one kind.
    init(
        of name: String,
        among records: [Record],
        kind: WireText
    ) {
        if name.hasPrefix("/") {
            ids = records.map(\.id).filter { "/\(kind)/\($0)" == WireText(name) }
            areCalledSo = true
            return
        }
        let wanted = name.lowercased()
        var called = records.filter { record in
            record.names.contains { $0.string.lowercased() == wanted }
                || record.id.isUsualID
                    && (record.id == WireText(wanted)
                        || AuditView.handle(record.id) == wanted)
        }
        if called.isEmpty {
            called = records.filter { $0.sharedName?.string.lowercased() == wanted }
        }
        areCalledSo = !called.isEmpty
        guard called.isEmpty else {
            ids = called.map(\.id)
            return
        }
        let looksLikeANumber = Self.isNumber(wanted)
        ids = records.filter { record in
            if record.fileID == WireText(name) { return true }
            if record.id == WireText(name) { return !looksLikeANumber }
            return wanted.count >= 4 && record.id.isUsualID
                && (record.id.string.hasPrefix(wanted) || record.id.string.hasSuffix(wanted))
        }.map(\.id)
    }

    /// Whether a text has the form of a number that findings bear: `B-07`, `B2-07`, `NC-03`.
    private static func isNumber(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first else { return false }
        return first.isLetter && parts[0].count <= 4
            && parts[0].dropFirst().allSatisfy { $0.isLetter || $0.isNumber }
            && !parts[1].isEmpty && parts[1].allSatisfy(\.isNumber)
    }
}

/// What the names that people type mean.
struct NameLookup {
    let view: AuditView

    /// A finding by its number, its id in the file it came from, or a part of its id.
    func finding(_ name: String) throws -> FindingRecord {
        if let called = try findingCalled(name) { return called }
        return try record(name, of: view.audit.findings, kind: Schema.finding.name, what: "finding")
    }

    /// Findings by the names that people use, each once.
    func findings(_ names: [String]) throws -> [FindingRecord] {
        var ids: Set<WireText> = []
        return try names.map { try finding($0) }.filter { ids.insert($0.id).inserted }
    }

    /// The one finding that is called so, found by its number or the end of its id; nil where there is none, or
    /// several: then all are looked through.
    func findingCalled(_ name: String) throws -> FindingRecord? {
        let kind = Schema.finding.name
        var ids = try ids(calledSo: name, kind)
        let wanted = name.lowercased()
        if name.utf8.allSatisfy({ $0 < 0x80 }), !name.hasPrefix("/") {
            ids += try view.moment.findings(
                mayBeCalled: WireText(name),
                labelledBy: view.people.labels
            )
            .filter { id in
                view.finding(id: id).map { names(of: $0) }?
                    .contains { $0.string.lowercased() == wanted } ?? false
            }
        }
        let found = Set(ids)
        return found.count == 1 ? found.first.flatMap { view.finding(id: $0) } : nil
    }

    /// The records of a kind whose path this is, whose id, or the end of whose id.
    private func ids(calledSo name: String, _ kind: WireText) throws -> [WireText] {
        if let path = CellPath(name), path.kind == kind, path.field == nil {
            return view.record(kind, path.record) == nil ? [] : [path.record]
        }
        let wanted = WireText(name.lowercased())
        if UniqueID(wanted) != nil { return view.record(kind, wanted) == nil ? [] : [wanted] }
        return try view.moment.ids(kind, handle: wanted)
            .filter { UniqueID($0) != nil }
    }

    /// An item of evidence.
    func evidence(_ name: String) throws -> EvidenceRecord {
        let kind = Schema.evidence.name
        let ids = try ids(calledSo: name, kind)
        if ids.count == 1, let item = ids.first.flatMap({ view.evidence(id: $0) }) { return item }
        return try record(
            name,
            of: view.audit.evidence,
            kind: Schema.evidence.name,
            what: "item of evidence"
        )
    }

    /// A question of the checklist, also by its place in the list.
    func checklistItem(_ name: String) throws -> ChecklistItemRecord {
        let place = Int(name).flatMap { place in
            view.audit.checklistItems.indices.contains(place - 1)
                ? view.audit.checklistItems[place - 1] : nil
        }
        if let place { return place }
        return try record(
            name,
            of: view.audit.checklistItems,
            kind: Schema.checklistItem.name,
            what: "question"
        )
    }

    /// A member, also by name or letter.
    func member(_ name: String) throws -> MemberRecord {
        try record(name, of: view.frame.members, kind: Schema.member.name, what: "member")
    }

    /// The records of several kinds that a name can mean; where something is called so, nothing else.
    func matches(_ name: String, kinds: [WireText]) -> [(kind: WireText, id: WireText)] {
        let found = kinds.map { kind in
            let matches =
                switch kind {
                case Schema.finding.name: matches(name, view.audit.findings, kind)
                case Schema.evidence.name: matches(name, view.audit.evidence, kind)
                case Schema.checklistItem.name: matches(name, view.audit.checklistItems, kind)
                default: matches(name, view.frame.members, Schema.member.name)
                }
            return (kind: kind, matches: matches)
        }
        let called = found.filter(\.matches.areCalledSo)
        return (called.isEmpty ? found : called).flatMap { kind, matches in
            matches.ids.map { (kind, $0) }
        }
    }

    private func matches<Record: Identifiable>(
        _ name: String,
        _ records: [Record],
        _ kind: WireText
    ) -> NameMatches where Record.ID == WireText {
        NameMatches(
            of: name,
            among: records.map { record in
                let own = view.standing(kind, record.id)?["name"]?.stringValue
                return NameMatches.Record(
                    id: record.id,
                    names: names(of: record),
                    sharedName: kind == Schema.member.name ? own : nil,
                    fileID: view.fileID(kind, record.id)
                )
            },
            kind: kind
        )
    }

    /// What people call a record, the usual name first.
    private func names(of record: some Identifiable) -> [WireText] {
        switch record {
        case let finding as FindingRecord:
            [finding.number, finding.ncNumber, finding.draftNumber].compactMap { $0 }
        case let member as MemberRecord: [member.name, member.letter].compactMap { $0 }
        default: []
        }
    }

    private func record<Record: Identifiable>(
        _ name: String,
        of records: [Record],
        kind: WireText,
        what: String
    ) throws -> Record where Record.ID == WireText {
        let ids = Set(matches(name, records, kind).ids)
        let found = records.filter { ids.contains($0.id) }
        if let only = found.first, found.count == 1 { return only }
        if found.count > 1 { throw ambiguous(name, found.map { (kind, $0.id) }) }
        let byID =
            records.contains { $0.id == WireText(name) } ? " /\(kind)/\(name) is another." : ""
        throw CommandFailure(
            .notFound,
            "there is no \(what) '\(name)' on this device",
            next: NearNames.sentence(WireText(name), among: named(kind: kind), what: what) + byID
                + " What others have recorded comes with `concord sync`."
        )
    }

    /// The records of a kind by the name that commands take, with what else people call them.
    func named(kind: WireText) -> [References.Named] {
        switch kind {
        case Schema.finding.name:
            view.audit.findings.map { References.Named(id: $0.label, name: $0.title) }
        case Schema.evidence.name:
            view.audit.evidence.map { Self.named($0.id, $0.title) }
        case Schema.checklistItem.name:
            view.audit.checklistItems.enumerated().map { place, item in
                References.Named(id: "\(place + 1)", name: item.question)
            }
        default:
            view.frame.members.map { member in
                member.name.map {
                    References.Named(id: $0, name: $0.string.hasSuffix(")") ? nil : member.letter)
                }
                    ?? Self.named(member.id, nil)
            }
        }
    }

    private static func named(_ id: WireText, _ name: WireText?) -> References.Named {
        References.Named(id: WireText(AuditView.handle(id)), name: name)
    }

    /// The failure of a name that several records have, with all of them named.
    func ambiguous(_ name: String, _ records: [(kind: WireText, id: WireText)]) -> CommandFailure {
        let shown = records.prefix(6).map { record in
            let path = CellPath(kind: record.kind, record: record.id)
            return "\(path) (\(Layout.short(view.conflictView.describe(path).record.trimmed)))"
        }
        let more = records.count > 6 ? " and \(records.count - 6) more" : ""
        return CommandFailure(
            .ambiguous,
            "'\(name)' may be any of \(records.count)",
            next: "Name the one you mean by its path: \(shown.joined(separator: ", "))\(more)."
        )
    }
}

extension WireText {
    /// Whether it is an id as devices make them, which looks like nobody's name.
    fileprivate var isUsualID: Bool { UniqueID(string) != nil }
}
