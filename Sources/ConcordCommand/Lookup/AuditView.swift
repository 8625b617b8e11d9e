import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// One replica at one moment, in which commands look things up by the names that people use.
///
/// What is bounded by the team and the plan's frame is read at once: who takes part, the organization, the
/// scopes. Single findings, criteria and items of evidence are read when they are asked for, everything else
/// when all of it is. So a command about one finding costs the same however many there are.
final class AuditView {
    let replica: Replica
    let moment: Moment
    /// Who is in the engagement.
    let people: People
    /// The records of the frame alone, as typed values; it has no findings.
    let frame: Audit
    /// The records of the frame as lists show them.
    private let frameState: JSONObject
    /// The records of the frame as they are.
    private let frameRecords: JSONObject
    /// The same without what is only proposed to leaders.
    private let frameStanding: JSONObject
    private var loaded: Whole?
    private var foundFindings: [WireText: FindingRecord?] = [:]
    private var foundRecords: [CellPath: JSONObject?] = [:]

    /// The open conflicts, by path.
    private(set) lazy var conflicts: [Conflict] = reading(or: []) {
        try moment.conflicts()
    }
    /// The proposals that are shown.
    private(set) lazy var proposals: [ShownProposal] = reading(or: []) {
        try moment.proposals()
    }
    /// The writes without effect.
    private(set) lazy var voids: [VoidWrite] = reading(or: []) { try moment.voids() }
    /// What is looked up again and again.
    private(set) lazy var index = ViewIndex(of: self)

    /// The kinds of the frame.
    private static let frameKinds: Set<WireText> = Set(
        [
            Schema.engagement, Schema.organization, Schema.teamMember, Schema.member,
            Schema.device, Schema.invitation, Schema.scope, Schema.exclusion, Schema.conclusion,
            Schema.declined,
        ].map(\.name)
    )

    init(_ replica: Replica) throws {
        self.replica = replica
        let moment = try replica.moment()
        self.moment = moment
        people = try moment.people()
        frameRecords = try moment.records(of: Self.frameKinds)
        frameStanding = Snapshot.standing(
            frameRecords,
            without: try moment.proposals().map(\.path),
            people: people.listed
        )
        frameState = try Self.shown(frameStanding, of: people, at: moment)
        frame = Audit(state: frameState)
    }

    // MARK: The whole.

    /// Everything, read at once.
    private struct Whole {
        /// The records as they are.
        var records: JSONObject
        /// The same without what is only proposed to leaders.
        var standing: JSONObject
        /// The same as lists show it.
        var state: JSONObject
        var audit: Audit
        var unanswered: [WireText: Unanswered] = [:]
    }

    private var whole: Whole {
        if let loaded { return loaded }
        let none = Whole(
            records: frameRecords,
            standing: frameStanding,
            state: frameState,
            audit: frame
        )
        let whole = reading(or: none) {
            let records = try moment.records()
            let unanswered = try moment.unanswered()
            let standing = Snapshot.standing(
                records,
                without: proposals.map(\.path),
                people: people.listed
            )
            let contested = conflicts.filter { $0.kind == .text }.map(\.path)
            let texts =
                contested.isEmpty ? [] : try moment.contestedTexts(at: contested)
            let state = PlannedTeam.joined(
                people.labels.labelling(ContestedText.common(texts, in: standing))
            )
            return Whole(
                records: records,
                standing: standing,
                state: state,
                audit: Audit(state: state, unanswered: unanswered),
                unanswered: unanswered
            )
        }
        loaded = whole
        return whole
    }

    /// All records, with the planned team: who is in the plan and has not joined yet is a member
    /// without a device, under the id that the plan names.
    var audit: Audit { whole.audit }

    /// The state document as it is read here: all of it.
    var document: JSONObject { whole.state }

    /// What tells whether two replicas show the same.
    func digest() throws -> String { try moment.snapshot().digest }

    /// What counts, and what is only proposed, of all records.
    private(set) lazy var totals = AuditTotals(
        of: document,
        as: audit,
        conflicts: conflicts,
        proposals: proposals.map(\.path),
        unanswered: whole.unanswered
    )

    // MARK: The frame.

    /// The members, devices and invitations, from which lists are made.
    var membership: Membership { people.membership }

    /// The engagement.
    var engagement: EngagementRecord? { frame.engagement }

    /// The audited organization.
    var organization: OrganizationRecord? { frame.organization }

    /// The standards of the engagement.
    var standards: StandardNames { StandardNames(ids: frame.standards) }

    /// A member, or a person of the planned team.
    func member(id: WireText) -> MemberRecord? { frame.member(id) }

    /// The person and device of an author; nil if the author never joined.
    func person(of author: Author) -> Snapshot.Person? { people.person(of: author) }

    /// What a person is called.
    func person(_ id: WireText) -> String {
        (people.labels.name(of: id) ?? frame.member(id)?.name ?? id).string
    }

    // MARK: Single records.

    /// A finding with its criteria.
    func finding(id: WireText) -> FindingRecord? {
        if let loaded { return loaded.audit.finding(id) }
        if let known = foundFindings[id] { return known }
        let finding = reading(or: nil) { try part(of: [id], inFrame: false).finding(id) }
        foundFindings.updateValue(finding, forKey: id)
        return finding
    }

    /// The finding that a criterion belongs to, with that criterion.
    func criterion(id: WireText) -> (finding: FindingRecord, criterion: CriterionRecord)? {
        if let loaded { return loaded.audit.criterion(id) }
        guard let owner = field(CriterionField.finding, of: id)?.stringValue,
            let finding = finding(id: owner),
            let criterion = finding.criteria.first(where: { $0.id == id })
        else { return nil }
        return (finding, criterion)
    }

    /// An item of evidence.
    func evidence(id: WireText) -> EvidenceRecord? {
        if let loaded { return loaded.audit.evidence(id) }
        guard let fields = record(Schema.evidence.name, id) else { return nil }
        let state: JSONObject = [Schema.evidence.name: .object([id: .object(fields)])]
        let shown = reading(or: state) { try ContestedText.common(texts(of: [id]), in: state) }
        return Audit(state: shown).evidence(id)
    }

    /// The field of a record as it stands in the state document.
    func field(_ kind: WireText, _ id: WireText, _ name: WireText) -> JSON? {
        record(kind, id)?[name]
    }

    /// The field of a record as it stands in the state document.
    func field(_ field: some FieldName, of id: WireText) -> JSON? {
        self.field(type(of: field).recordKind.name, id, field.name)
    }

    /// A record as it stands in the state document.
    func record(_ kind: WireText, _ id: WireText) -> JSONObject? {
        if let loaded { return loaded.records[kind]?[id]?.objectValue }
        if Self.frameKinds.contains(kind) { return frameRecords[kind]?[id]?.objectValue }
        let path = CellPath(kind: kind, record: id)
        if let known = foundRecords[path] { return known }
        let record = reading(or: nil) { try moment.record(kind, id) }
        foundRecords.updateValue(record, forKey: path)
        return record
    }

    /// A record without what is only proposed to leaders; a member as membership has them.
    func standing(_ kind: WireText, _ id: WireText) -> JSONObject? {
        if let loaded { return loaded.standing[kind]?[id]?.objectValue }
        if Self.frameKinds.contains(kind) { return frameStanding[kind]?[id]?.objectValue }
        guard let fields = record(kind, id) else { return nil }
        let paths = proposals.map(\.path).filter { $0.kind == kind && $0.record == id }
        if paths.isEmpty { return fields }
        let state: JSONObject = [kind: .object([id: .object(fields)])]
        return Snapshot.standing(state, without: paths, people: [:])[kind]?[id]?.objectValue
    }

    /// The id that a record has in the file that it came from.
    func fileID(_ kind: WireText, _ id: WireText) -> WireText? {
        standing(kind, id)?["fileID"]?.stringValue
    }

    /// The records of one kind of the frame, as they are.
    func frameRecords(of kind: WireText) -> JSONObject { frameRecords[kind]?.objectValue ?? [:] }

    /// The records of one kind of the frame, as lists show them.
    func listed(_ kind: WireText) -> JSONObject { frameState[kind]?.objectValue ?? [:] }

    /// The questions of the checklist.
    private(set) lazy var checklist: Audit = reading(or: frame) {
        if let loaded { return loaded.audit }
        let kind = Schema.checklistItem.name
        let records = try moment.records(of: [kind])
        let paths = proposals.map(\.path).filter { $0.kind == kind }
        var state = Snapshot.standing(records, without: paths, people: [:])
        let texts = conflicts.filter { $0.kind == .text && $0.path.kind == kind }.map(\.path)
        if !texts.isEmpty {
            state = ContestedText.common(try moment.contestedTexts(at: texts), in: state)
        }
        return Audit(state: state)
    }

    /// A question, with its place in the checklist.
    func question(id: WireText) -> (place: Int, item: ChecklistItemRecord)? {
        checklist.question(id)
    }

    /// Who helped with a finding: those it names, and those who captured what it rests on; sorted.
    func contributors(to finding: FindingRecord) -> [WireText] {
        let captured = finding.evidence.compactMap { evidence(id: $0)?.capturedBy }
        return finding.contributors.union(captured).sorted()
    }

    /// The finding in which another one counts.
    func counting(_ finding: FindingRecord) -> FindingRecord? {
        finding.counting { self.finding(id: $0) }
    }

    /// The findings that are to be merged into one, or are.
    func duplicates(of finding: WireText) -> [FindingRecord] {
        if let loaded { return loaded.audit.findings.filter { $0.duplicateOf == finding } }
        let ids = reading(or: []) { try moment.findings(everMergedInto: finding) }
        let part = reading(or: frame) { try self.part(of: ids, inFrame: false) }
        return part.findings.filter { $0.duplicateOf == finding }
    }

    // MARK: Parts.

    /// The id of the finding that a place belongs to; nil where it is none of a finding or a criterion.
    func finding(of path: CellPath) -> WireText? {
        switch path.kind {
        case Schema.finding.name: path.record
        case Schema.criterion.name:
            record(path.kind, path.record)?[CriterionField.finding]?.stringValue
        default: nil
        }
    }

    /// What acts on some findings look at: these, those that they were merged into or repeat, and those that
    /// were merged into them, by however many others; and some items of evidence.
    func part(
        around findings: some Collection<WireText>,
        citing evidence: [WireText] = []
    ) throws -> Audit {
        if let loaded { return loaded.audit }
        var known = Set(findings)
        var next = Array(known)
        while let id = next.popLast() {
            let found = finding(id: id)
            let others = [found?.duplicateOf, found?.repeats].compactMap(\.self)
            for other in others + duplicates(of: id).map(\.id) where known.insert(other).inserted {
                next.append(other)
            }
        }
        var state = try partState(of: known)
        let items = evidence.compactMap { id in
            record(Schema.evidence.name, id).map { (id, JSON.object($0)) }
        }
        state[Schema.evidence.name] = .object(
            JSONObject(
                uniqueKeysWithValues: Dictionary(items) { first, _ in first }.map { ($0, $1) }
            )
        )
        try Unread.check()
        return Audit(state: state)
    }

    /// Some findings with their criteria, as lists show them.
    ///
    /// - Parameter inFrame: whether with the frame's records.
    func part(of ids: some Collection<WireText>, inFrame: Bool = true) throws -> Audit {
        Audit(state: try partState(of: ids, inFrame: inFrame))
    }

    /// Some findings with their criteria, as a part of the state document.
    func partState(of ids: some Collection<WireText>, inFrame: Bool = true) throws -> JSONObject {
        let found = try moment.findings(Set(ids), labelledBy: people.labels)
        let records: JSONObject = [
            Schema.finding.name: .object(found.findings),
            Schema.criterion.name: .object(found.criteria),
        ]
        let texts = try texts(of: Set(found.findings.map(\.key)))
        var state = people.labels.labelling(
            ContestedText.common(texts, in: records),
            beside: found.rivals
        )
        if inFrame { for (kind, records) in frameState { state[kind] = records } }
        return state
    }

    /// The contested texts of some records, without what is in question.
    private func texts(of records: Set<WireText>) throws -> [ContestedText] {
        let paths = conflicts.filter { $0.kind == .text && records.contains($0.path.record) }
        if paths.isEmpty { return [] }
        return try moment.contestedTexts(at: paths.map(\.path))
    }

    /// Records of the frame as lists show them.
    private static func shown(
        _ standing: JSONObject,
        of people: People,
        at moment: Moment
    ) throws -> JSONObject {
        let paths = try moment.conflicts()
            .filter { $0.kind == .text && frameKinds.contains($0.path.kind) }.map(\.path)
        let texts =
            paths.isEmpty ? [] : try moment.contestedTexts(at: paths)
        return PlannedTeam.joined(
            people.labels.labelling(ContestedText.common(texts, in: standing))
        )
    }

    private func reading<Found>(
        or none: @autoclosure () -> Found,
        _ look: () throws -> Found
    )
        -> Found
    { Unread.reading(or: none(), look) }

    // MARK: Names.

    /// What a standard is called.
    static func title(ofStandard id: WireText) -> String {
        (Catalogues.shipped[id]?.shortTitle ?? id).string
    }

    /// The end of an id, which people can type: the beginning is the time and much the same for all.
    static func handle(_ id: WireText) -> String { String(id.string.suffix(6)) }
}
