public import ConcordDiff
public import ConcordEncoding
public import ConcordModel

/// What the fields of records name, and whether it exists.
///
/// Fields are plain strings on the wire, since a colleague's record may arrive later than the field that
/// names it. Typed names are looked up: otherwise a unit that does not exist could be in the report.
///
/// ```swift
/// try References(in: audit).require("MH", at: path)
/// ```
public struct References: Sendable {
    /// What a field names.
    public enum Referent: Hashable, Sendable {
        /// A record of this kind.
        case record(WireText)
        /// A finding of this engagement, or the number of one in an earlier one.
        case findingOrNumber
        /// A unit of the audited organization.
        case unit
        /// A site of the audited organization.
        case site
        /// A process: by its clause, or in words.
        case process
    }

    /// Something that can be named, with what people call it.
    public struct Named: Hashable, Sendable {
        /// The id that fields hold.
        public let id: WireText
        /// What people call it; nil where that is the id.
        public let name: WireText?

        /// Something with an id and a name.
        public init(id: WireText, name: WireText?) {
            self.id = id
            self.name = name
        }
    }

    /// What is shown.
    public let audit: Audit

    /// What can be named in what `audit` shows.
    public init(in audit: Audit) { self.audit = audit }

    /// What a field of a kind of record names; nil if it names nothing.
    public static func referent(of field: WireText, in kind: WireText) -> Referent? {
        switch field {
        case "unit", "units": return .unit
        case "site", "sites": return .site
        case "process": return .process
        case "repeats": return .findingOrNumber
        default: break
        }
        guard let field = Schema.kind(kind)?.field(field) else { return nil }
        if let kind = field.cites { return .record(kind) }
        return field.namesWriter ? .record(Schema.member.name) : nil
    }

    /// What a field may name, in the order of lists; nil if anything is allowed, because the engagement
    /// lists nothing of the kind or the thing may be elsewhere.
    public func known(to referent: Referent) -> [Named]? {
        switch referent {
        case .unit:
            let units = audit.organization?.units ?? []
            return units.isEmpty ? nil : units.map { Named(id: $0.id, name: $0.name) }
        case .site:
            let sites = audit.organization?.sites ?? []
            return sites.isEmpty ? nil : sites.map { Named(id: $0.id, name: $0.name) }
        case .process, .findingOrNumber: return nil
        case .record(let kind): return records(of: kind)
        }
    }

    /// The id of the thing with this id, or with this name if only one has it.
    ///
    /// - Throws: `unknownReference`.
    public func id(named text: WireText, as referent: Referent) throws(ActRefusal) -> WireText {
        try requireForm(text, as: referent)
        guard let known = known(to: referent), !known.contains(where: { $0.id == text }) else {
            return text
        }
        let wanted = text.string.lowercased()
        let called = known.filter { $0.name?.string.lowercased() == wanted }
        if let only = called.first, called.count == 1 { return only.id }
        throw .unknownReference(referent, name: text, known: called.isEmpty ? known : called)
    }

    /// Asks whether what is written at a place names something that is there.
    ///
    /// - Throws: `unknownReference`.
    public func require(_ value: JSON?, at path: CellPath) throws(ActRefusal) {
        guard let field = path.field, let text = value?.stringValue, !text.isEmpty,
            let referent = Self.referent(of: field, in: path.kind)
        else { return }
        try requireForm(text, as: referent)
        guard let known = known(to: referent), !known.contains(where: { $0.id == text }) else {
            return
        }
        throw .unknownReference(referent, name: text, known: known)
    }

    /// Asks of what may be elsewhere whether it has the form of such a name at all.
    private func requireForm(_ text: WireText, as referent: Referent) throws(ActRefusal) {
        switch referent {
        case .process: try requireProcess(text)
        case .findingOrNumber:
            guard audit.finding(text) == nil, !Self.isNumber(text) else { return }
            let known = records(of: Schema.finding.name) ?? []
            throw .unknownReference(referent, name: text, known: known)
        case .record, .unit, .site: return
        }
    }

    /// Whether a text can be the number of a finding in another engagement, such as NC-03.
    private static func isNumber(_ text: WireText) -> Bool {
        let characters = text.string
        return text.utf8.count <= 60 && characters.contains(where: \.isNumber)
            && characters.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-/. ".contains($0))
            }
    }

    /// A process that is named by a number is a clause of one of the standards.
    private func requireProcess(_ text: WireText) throws(ActRefusal) {
        let isNumber = text.string.allSatisfy { $0 == "." || "0"..."9" ~= $0 }
        let catalogues = audit.standards.compactMap { Catalogues.shipped[$0] }
        guard isNumber, !text.isEmpty, catalogues.count == audit.standards.count,
            !catalogues.isEmpty, !catalogues.contains(where: { $0[text] != nil })
        else { return }
        let clauses = catalogues.flatMap(\.auditableLeaves).map {
            Named(id: $0.number, name: $0.title)
        }
        throw .unknownReference(.process, name: text, known: clauses)
    }

    private func records(of kind: WireText) -> [Named]? {
        switch kind {
        case Schema.finding.name: audit.findings.map { Named(id: $0.id, name: $0.label) }
        case Schema.evidence.name: audit.evidence.map { Named(id: $0.id, name: $0.title) }
        case Schema.planSlot.name: audit.planSlots.map { Named(id: $0.id, name: $0.title) }
        case Schema.member.name: audit.members.map { Named(id: $0.id, name: $0.name) }
        default: nil
        }
    }
}

extension References.Referent {
    /// What it is, in words.
    public var words: WireText {
        switch self {
        case .record(Schema.planSlot.name): "plan slot"
        case .record(let kind): kind
        case .findingOrNumber: "finding"
        case .unit: "unit"
        case .site: "site"
        case .process: "process"
        }
    }

    /// The failure: there is no such thing.
    var unknown: ActRefusal.Code {
        switch self {
        case .unit: .unknownUnit
        case .site: .unknownSite
        case .process: .unknownProcess
        case .findingOrNumber: .unknownFindingNumber
        case .record(let kind) where kind == Schema.finding.name: .unknownFinding
        case .record(let kind) where kind == Schema.evidence.name: .unknownEvidence
        case .record(let kind) where kind == Schema.planSlot.name: .unknownPlanSlot
        case .record(let kind) where kind == Schema.member.name: .unknownMember
        case .record: .unknownRecord
        }
    }
}
